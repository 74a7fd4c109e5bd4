import type { Attributes, Entry, ImageIdentity } from '@gantry/core'

import type { Catalogue } from '../catalogue.ts'
import { keptAttributes } from '../lines/catalogue-line.ts'

/** What a header said of an entry, until its receipt is recorded. */
export interface Said {
  readonly image?: ImageIdentity
  readonly attributes?: Attributes
}

/** Of an entry, what is kept; `undefined` of what is no image. */
export function saidOf({ image, attributes = {} }: Entry): Said | undefined {
  if (image === undefined) return undefined
  const kept = keptAttributes.flatMap((keyword) => {
    const value = attributes[keyword]
    return value === undefined || value === '' ? [] : [[keyword, value.slice(0, 1024)]]
  })
  return { image, attributes: Object.fromEntries(kept) as Attributes }
}

export async function stage({ database }: Catalogue, job: string, said: ReadonlyMap<string, Said>): Promise<void> {
  if (said.size === 0) return
  const sql = `INSERT INTO staged (job, path, said) VALUES (?, ?, ?)
 ON CONFLICT (job, path) DO UPDATE SET said = excluded.said`
  await database.write(async (writer) => {
    for (const [path, one] of said) await writer.run(sql, job, path, JSON.stringify(one))
  })
}

export async function stagedOf({ database }: Catalogue, job: string, path: string): Promise<Said> {
  const sql = 'SELECT said FROM staged WHERE job = ? AND path = ?'
  const [row] = await database.all<{ said: string }>(sql, job, path)
  return row === undefined ? {} : (JSON.parse(row.said) as Said)
}

export async function clearStaged({ database }: Catalogue, job: string): Promise<void> {
  await database.write(async (writer) => await writer.run('DELETE FROM staged WHERE job = ?', job))
}
