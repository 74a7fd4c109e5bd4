import type { SqlWriter } from '@gantry/sqlite'

import type { NewReceipt } from './receipt.ts'
import { type Id, rowOf } from './row-of.ts'

/** `?` for so many rows of so many values. */
export function valuesOf(rows: number, columns: number): string {
  const one = `(${Array.from({ length: columns }, () => '?').join(', ')})`
  return Array.from({ length: rows }, () => one).join(', ')
}

const upsertStudy = (rows: number) =>
  `INSERT INTO studies (uid, date, description, patient_id, patient_name) VALUES ${valuesOf(rows, 5)}
ON CONFLICT (uid) DO UPDATE SET date = coalesce(studies.date, excluded.date),
 description = coalesce(studies.description, excluded.description),
 patient_id = coalesce(studies.patient_id, excluded.patient_id),
 patient_name = coalesce(studies.patient_name, excluded.patient_name) RETURNING id, uid`
const seriesConflict = `ON CONFLICT (study, uid) DO UPDATE SET modality = coalesce(series.modality, excluded.modality)
 RETURNING id, study, uid`
const upsertSeries = `INSERT INTO series (study, uid, modality) VALUES (?, ?, ?) ${seriesConflict}`

/** Ids that a table does not have yet; nobody else writes while a transaction does. */
export class Ids {
  readonly #sql: SqlWriter
  readonly #table: 'instances' | 'receipts'
  #last: number | undefined

  constructor(sql: SqlWriter, table: 'instances' | 'receipts') {
    this.#sql = sql
    this.#table = table
  }

  /** The next one, if `insert` takes it; `undefined` where it inserts nothing. */
  async take(insert: (id: number) => Promise<number>): Promise<number | undefined> {
    const next = await this.next()
    if ((await insert(next)) === 0) return undefined
    this.#last = next
    return next
  }

  /** For what may be inserted; `used` if it was. */
  async next(): Promise<number> {
    if (this.#last === undefined) {
      const [row] = await this.#sql.all<{ last: number }>(`SELECT coalesce(max(id), 0) AS last FROM ${this.#table}`)
      this.#last = row?.last ?? 0
    }
    return this.#last + 1
  }

  used(id: number): void {
    this.#last = Math.max(this.#last ?? 0, id)
  }
}

const studyColumns = ['StudyDate', 'StudyDescription', 'PatientID', 'PatientName'] as const

interface LastIds {
  readonly instances: number
  readonly receipts: number
}

const lastIds = `(SELECT coalesce(max(id), 0) FROM instances) AS instances,
 (SELECT coalesce(max(id), 0) FROM receipts) AS receipts`

/** Ids of both tables that receipts are made of. */
export class ReceiptIds {
  readonly instances: Ids
  readonly receipts: Ids
  readonly #sql: SqlWriter

  constructor(sql: SqlWriter) {
    this.#sql = sql
    this.instances = new Ids(sql, 'instances')
    this.receipts = new Ids(sql, 'receipts')
  }

  async ask(): Promise<void> {
    const [last] = await this.#sql.all<LastIds>(`SELECT ${lastIds}`)
    this.set(last)
  }

  set(last: LastIds | undefined): void {
    if (last === undefined) return
    this.instances.used(last.instances)
    this.receipts.used(last.receipts)
  }
}

/** Rows of studies and series that this transaction has seen: most entries have those of the entry before. */
export class Parents {
  readonly #sql: SqlWriter
  readonly #rows = new Map<string, number>()

  constructor(sql: SqlWriter) {
    this.#sql = sql
  }

  async series({ image, attributes = {} }: NewReceipt): Promise<number | null> {
    if (image === undefined) return null
    const { studyInstanceUID: study, seriesInstanceUID: series } = image
    const key = `${study}/${series}`
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const values = studyColumns.map((keyword) => attributes[keyword] || null)
    const parent = await rowOf(this.#sql.all<Id>(upsertStudy(1), study, ...values))
    const id = await rowOf(this.#sql.all<Id>(upsertSeries, parent, series, attributes['Modality'] || null))
    this.#rows.set(key, id)
    return id
  }

  /** Those of many receipts: what is said of a study or series first, counts. Tells what ids come next. */
  async add(receipts: readonly NewReceipt[], ids: ReceiptIds): Promise<void> {
    const studies = new Map<string, (string | null)[]>()
    const series = new Map<string, { study: string; uid: string; modality: string | null }>()
    for (const { image, attributes = {} } of receipts) {
      if (image === undefined) continue
      const { studyInstanceUID: study, seriesInstanceUID: uid } = image
      const key = `${study}/${uid}`
      // Of each series, its first receipt alone, as `series` does.
      if (series.has(key)) continue
      series.set(key, { study, uid, modality: attributes['Modality'] || null })
      const before = studies.get(study)
      const values = studyColumns.map((keyword) => attributes[keyword] || null)
      studies.set(study, before?.map((value, index) => value ?? values[index] ?? null) ?? values)
    }
    if (series.size === 0) return await ids.ask()
    const rows = [...studies].flatMap(([uid, values]) => [uid, ...values])
    const children = [...series.values()].flatMap(({ study, uid, modality }) => [study, uid, modality])
    type Row = Id & LastIds & { readonly study: string; readonly uid: string }
    const found = await this.#sql.all<Row>(allParents(studies.size, series.size), ...rows, ...children)
    for (const { id, study, uid } of found) this.#rows.set(`${study}/${uid}`, id)
    ids.set(found[0])
  }
}

/** In one statement, as a database over a network takes it, with what ids come next. */
const allParents = (studies: number, series: number) => `WITH own AS (${upsertStudy(studies)}), child AS (
 INSERT INTO series (study, uid, modality) SELECT own.id, told.uid, told.modality
 FROM (VALUES ${valuesOf(series, 3)}) AS told (study, uid, modality) JOIN own ON own.uid = told.study ${seriesConflict})
SELECT child.id, own.uid AS study, child.uid, ${lastIds} FROM child JOIN own ON own.id = child.study`
