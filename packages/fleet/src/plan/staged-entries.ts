import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Entry } from '@gantry/core'
import type { SqlDatabase } from '@gantry/sqlite'
import { openSqlite } from '@gantry/sqlite/node'

const batchSize = 2000

/** Entries in any number, told again by their groups: in a temporary file, for its owner alone, gone at the end. */
export class StagedEntries {
  readonly #folder: string
  readonly #database: SqlDatabase
  #batch: { readonly group: string; readonly entry: Entry }[] = []

  private constructor(folder: string) {
    this.#folder = folder
    const migrations = ['CREATE TABLE staged (own TEXT NOT NULL, entry TEXT NOT NULL)']
    this.#database = openSqlite({ file: join(folder, 'staged.db'), migrations, owner: 'the plan of a fleet' })
  }

  static async make(): Promise<StagedEntries> {
    return new StagedEntries(await mkdtemp(join(tmpdir(), 'gantry-plan-')))
  }

  async add(group: string, entry: Entry): Promise<void> {
    this.#batch.push({ group, entry })
    if (this.#batch.length >= batchSize) await this.#flush()
  }

  async *groups(): AsyncGenerator<{ study: string; entries: Entry[] }, void, undefined> {
    await this.#flush()
    await this.#database.write(async (sql) => await sql.run('CREATE INDEX staged_by_group ON staged (own)'))
    const next = 'SELECT own FROM staged WHERE own > ? ORDER BY own LIMIT 1'
    for (let after = ''; ;) {
      const [row] = await this.#database.all<{ own: string }>(next, after)
      if (row === undefined) return
      after = row.own
      const rows = await this.#database.all<{ entry: string }>('SELECT entry FROM staged WHERE own = ?', row.own)
      yield { study: row.own, entries: rows.map(({ entry }) => JSON.parse(entry) as Entry) }
    }
  }

  async close(): Promise<void> {
    await this.#database.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    if (batch.length === 0) return
    await this.#database.write(async (sql) => {
      for (const { group, entry } of batch) {
        await sql.run('INSERT INTO staged (own, entry) VALUES (?, ?)', group, JSON.stringify(entry))
      }
    })
  }
}
