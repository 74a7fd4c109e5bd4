import { stat, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

import { isGantryError, Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { type PhantomOptions, writePhantom } from '@gantry/testkit/phantom'

/** What the journey is made with. */
export interface Study {
  readonly folder: string
  /** Said in the account. */
  readonly title: string
  /** Paths and sizes, as a store sees them. */
  readonly files: ReadonlyMap<string, number>
  readonly bytes: number
  /** Milliseconds that it took to make. */
  readonly made: number | undefined
}

/** The folder that was named cannot be used. */
export class BadInput extends Error {}

export async function phantomStudy(folder: string, options: PhantomOptions): Promise<Study> {
  const began = performance.now()
  const written = await writePhantom(folder, options)
  const files = new Map(written.map(({ path, size }) => [path, size]))
  const title = `phantom CT, ${options.series ?? 1} series`
  return { folder, title, files, bytes: sum(files), made: performance.now() - began }
}

export async function ownStudy(named: string): Promise<Study> {
  // npm runs this in the checkout's root, wherever it was asked to.
  const folder = resolve(process.env['INIT_CWD'] ?? '.', named)
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined) throw new BadInput(`There is no folder ${folder}`)
  if (!found.isDirectory()) throw new BadInput(`${folder} is not a folder`)
  const files = new Map<string, number>()
  try {
    for await (const { path, size } of new Store(fs({ root: folder })).list()) files.set(path, size ?? 0)
  } catch (error) {
    throw isGantryError(error) ? new BadInput(`${folder} cannot be read: ${error.message}`) : error
  }
  if (files.size === 0) throw new BadInput(`There are no files in ${folder}`)
  const bytes = sum(files)
  const { bavail, bsize } = await statfs(tmpdir())
  // It is there twice for a while: in the store, and restored.
  if (bavail * bsize < bytes * 2.1) throw new BadInput(`There is too little space in ${tmpdir()} for two copies of it`)
  return { folder, title: 'your files', files, bytes, made: undefined }
}

function sum(files: ReadonlyMap<string, number>): number {
  let bytes = 0
  for (const size of files.values()) bytes += size
  return bytes
}
