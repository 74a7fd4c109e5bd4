import type { Store } from '@gantry/core'

import { first, type IndexDatabase } from '../database/index-database.ts'
import { CatalogWriter, type Looked } from './catalog-writer.ts'

/** Where an instance lies, and what is needed to give it. */
export interface Stored {
  readonly id: number
  readonly study: string
  readonly series: string
  readonly uid: string
  readonly path: string
  readonly size: number | null
  readonly version: string | null
  readonly modified: number | null
  readonly syntax: string
}

/** What is to be retrieved. */
export interface Target {
  readonly study: string
  readonly series?: string | undefined
  readonly instance?: string | undefined
}

/** What is known of a file that was looked at before. */
export interface Known {
  readonly id: number
  readonly path: string
  readonly size: number | null
  readonly version: string | null
  readonly modified: number | null
  readonly kind: Looked['kind']
}

export interface CatalogCounts {
  readonly studies: number
  readonly instances: number
  /** Files that are no images. */
  readonly others: number
  /** Files that could not be read. */
  readonly failed: number
  /** Files of images that are served from another file. */
  readonly copies: number
}

/** All instances of a study or series together. */
export interface Summary {
  readonly instances: number
  /** Bytes; `null` where a size is unknown. */
  readonly size: number | null
  /** The highest id, and the latest time: they change when something is added or changed. */
  readonly last: number
  readonly newest: number | null
  /** Of all sizes and transfer syntaxes, written one behind the other. */
  readonly characters: number
  readonly syntaxes: readonly string[]
}

const storedColumns = `e.id, st.uid AS study, se.uid AS series, e.uid, e.path, e.size, e.version, e.modified, e.syntax`

/** What the index holds. */
export class Catalog {
  readonly database: IndexDatabase

  constructor(database: IndexDatabase) {
    this.database = database
  }

  /** All of it, or nothing. */
  async put(looked: readonly Looked[]): Promise<void> {
    await this.database.write(async (sql) => {
      const writer = new CatalogWriter(sql)
      for (const one of looked) await writer.put(one)
    })
  }

  async remove(ids: readonly number[]): Promise<void> {
    await this.database.write(async (sql) => {
      const writer = new CatalogWriter(sql)
      for (const id of ids) await writer.remove(id)
    })
  }

  async removePath(path: string): Promise<void> {
    await this.database.write(async (sql) => await new CatalogWriter(sql).removePath(path))
  }

  async known(paths: readonly string[]): Promise<Map<string, Known>> {
    const rows = await this.database.all<Known>(
      `SELECT id, path, size, version, modified, kind FROM entries WHERE path IN (SELECT value FROM json_each(?))`,
      JSON.stringify(paths),
    )
    return new Map(rows.map((row) => [row.path, row]))
  }

  /** Ids after `after` up to `upTo`, in order, so many at most. */
  async ids(after: number, upTo: number, limit: number): Promise<number[]> {
    const rows = await this.database.all<{ id: number }>(
      'SELECT id FROM entries WHERE id > ? AND id <= ? ORDER BY id LIMIT ?',
      after,
      upTo,
      limit,
    )
    return rows.map(({ id }) => id)
  }

  async lastId(): Promise<number> {
    return (await first(this.database.all<{ id: number }>('SELECT max(id) AS id FROM entries')))?.id ?? 0
  }

  /** Instances of a study, a series, or one; in the order of their ids, after `after`, so many at most. */
  async page({ study, series, instance }: Target, after: number, limit: number): Promise<Stored[]> {
    const conditions = [
      'st.uid = ?',
      ...(series === undefined ? [] : ['se.uid = ?']),
      ...(instance === undefined ? [] : ['e.uid = ?']),
    ]
    const values = [study, series, instance].filter((value) => value !== undefined)
    const by = instance === undefined ? 'instances_of_series' : 'instances_by_uid'
    return await this.database.all<Stored>(
      `SELECT ${storedColumns} FROM studies st CROSS JOIN series se ON se.study = st.id
       CROSS JOIN entries e INDEXED BY ${by} ON e.series = se.id AND e.shown = 1
       WHERE ${conditions.join(' AND ')} AND e.id > ? ORDER BY e.id LIMIT ?`,
      ...values,
      after,
      limit,
    )
  }

  /** What is known of all instances of a study or series together. */
  async summary({ study, series }: Target): Promise<Summary> {
    const conditions = ['st.uid = ?', ...(series === undefined ? [] : ['se.uid = ?'])]
    const values = [study, series].filter((value) => value !== undefined)
    const row = await first(
      this.database.all<Summary & { readonly known: number; readonly of: string }>(
        `SELECT count(*) AS instances, count(e.size) AS known, sum(e.size) AS size, max(e.id) AS last,
           max(e.modified) AS newest, sum(length(e.syntax) + length(e.size)) AS characters,
           json_group_array(DISTINCT e.syntax) AS "of"
         FROM studies st CROSS JOIN series se ON se.study = st.id
         CROSS JOIN entries e INDEXED BY instances_of_series ON e.series = se.id AND e.shown = 1
         WHERE ${conditions.join(' AND ')}`,
        ...values,
      ),
    )
    const { instances = 0, known = 0, size = 0, last = 0, newest = null, characters = 0, of = '[]' } = row ?? {}
    const syntaxes = JSON.parse(of) as string[]
    return { instances, size: known === instances ? size : null, last, newest, characters, syntaxes }
  }

  async counts(): Promise<CatalogCounts> {
    const row = await first(
      this.database.all<CatalogCounts>(
        `SELECT (SELECT count(*) FROM studies) AS studies,
                (SELECT coalesce(sum(instances), 0) FROM studies) AS instances,
                (SELECT count(*) FROM entries WHERE kind = 'other') AS others,
                (SELECT count(*) FROM entries WHERE kind = 'failed') AS failed,
                (SELECT count(*) FROM entries WHERE kind = 'instance' AND shown = 0) AS copies`,
      ),
    )
    return row ?? { studies: 0, instances: 0, others: 0, failed: 0, copies: 0 }
  }

  /** Whether an entry is what it was when it was looked at. */
  static isSame(
    known: Known,
    entry: { size?: number | undefined; version?: string | undefined; modified?: number | undefined },
  ): boolean {
    const { size, version, modified } = known
    return size === (entry.size ?? null) && version === (entry.version ?? null) && modified === (entry.modified ?? null)
  }
}

/** How an instance is named to its store: that version, of that size. */
export function refOf(stored: Stored): Parameters<Store['read']>[0] & object {
  const { path, version, size } = stored
  return { path, ...(version !== null && { version }), ...(size !== null && { size }) }
}
