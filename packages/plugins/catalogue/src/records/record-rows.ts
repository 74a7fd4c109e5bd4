import { GantryError } from '@gantry/core'
import type { SqlWriter } from '@gantry/sqlite'

import type { NewReceipt } from './receipt.ts'

const upsertStudy = `INSERT INTO studies (uid, date, description, patient_id, patient_name) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (uid) DO UPDATE SET date = coalesce(studies.date, excluded.date),
 description = coalesce(studies.description, excluded.description),
 patient_id = coalesce(studies.patient_id, excluded.patient_id),
 patient_name = coalesce(studies.patient_name, excluded.patient_name) RETURNING id`
const upsertSeries = `INSERT INTO series (study, uid, modality) VALUES (?, ?, ?)
ON CONFLICT (study, uid) DO UPDATE SET modality = coalesce(series.modality, excluded.modality) RETURNING id`

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
    const textOf = (keyword: string) => attributes[keyword] || null
    const parent = await rowOf(
      this.#sql.all<Id>(
        upsertStudy,
        study,
        textOf('StudyDate'),
        textOf('StudyDescription'),
        textOf('PatientID'),
        textOf('PatientName'),
      ),
    )
    const id = await rowOf(this.#sql.all<Id>(upsertSeries, parent, series, textOf('Modality')))
    this.#rows.set(key, id)
    return id
  }
}

export interface Id {
  readonly id: number
}

export async function only(row: Promise<number | undefined>): Promise<number> {
  const id = await row
  if (id === undefined) throw new GantryError('internal', 'The catalogue did not answer with the row that it keeps.')
  return id
}

export async function rowOf(rows: Promise<Id[]>): Promise<number> {
  return await only(rows.then(([row]) => row?.id))
}
