import type { DicomJson, Entry } from '@gantry/core'
import { stringifyDicomJson } from '@gantry/dicom'

import type { SqlValue, SqlWriter } from '../database/index-database.ts'
import { type Described, textOf } from './described.ts'
import { tagNamed } from './levels.ts'

/** A file that was looked at: an image, something else, or one that could not be read, which is tried again. */
export type Looked =
  | { readonly entry: Entry; readonly kind: 'instance'; readonly described: Described }
  | { readonly entry: Entry; readonly kind: 'other' | 'failed' }

const tags = {
  patientID: tagNamed('PatientID'),
  accession: tagNamed('AccessionNumber'),
  date: tagNamed('StudyDate'),
  modality: tagNamed('Modality'),
}

interface Parent {
  readonly id: number
  /** 1: the image whose word it is is there. */
  readonly stands: number
}

const parentColumns = 'id, EXISTS (SELECT 1 FROM entries WHERE entries.id = source) AS stands'

/** Puts entries into the index and takes them out, within one transaction. */
export class CatalogWriter {
  readonly #sql: SqlWriter

  constructor(sql: SqlWriter) {
    this.#sql = sql
  }

  /** Instead of what was known of its path. */
  async put(looked: Looked): Promise<void> {
    const { entry, kind } = looked
    await this.removePath(entry.path)
    const insert = `INSERT INTO entries (path, size, version, modified, kind) VALUES (?, ?, ?, ?, ?)`
    const { path, size, version = null, modified = null } = entry
    const id = await this.#insert(insert, path, size ?? null, version, modified, kind)
    if (looked.kind === 'instance') await this.#place(id, looked.described)
  }

  async removePath(path: string): Promise<void> {
    const rows = await this.#sql.all<{ id: number }>('SELECT id FROM entries WHERE path = ?', path)
    for (const { id } of rows) await this.remove(id)
  }

  async remove(id: number): Promise<void> {
    const sql = this.#sql
    const [row] = await sql.all<{ series: number | null; uid: string; shown: number }>(
      'SELECT series, uid, shown FROM entries WHERE id = ?',
      id,
    )
    await sql.run('DELETE FROM entries WHERE id = ?', id)
    if (row === undefined || row.series === null) return
    if (row.shown === 1) await this.#count(row.series, -1)
    await this.#show(row.series, row.uid)
    await this.#dropEmpty(row.series)
  }

  async #place(id: number, { image, study, series, instance }: Described): Promise<void> {
    const sql = this.#sql
    const studyId = await this.#study(id, image.studyInstanceUID, study)
    const seriesId = await this.#series(id, studyId, image.seriesInstanceUID, series)
    const { sopInstanceUID, transferSyntaxUID } = image
    const update = 'UPDATE entries SET series = ?, uid = ?, syntax = ?, json = ? WHERE id = ?'
    await sql.run(update, seriesId, sopInstanceUID, transferSyntaxUID, stringifyDicomJson(instance), id)
    await this.#show(seriesId, sopInstanceUID)
  }

  /**
   * A study is what the first of its images says, until that one changes or goes: they all say the same, or nobody can
   * tell who is right.
   */
  async #study(entry: number, uid: string, json: DicomJson): Promise<number> {
    const sql = this.#sql
    const [known] = await sql.all<Parent>(`SELECT ${parentColumns} FROM studies WHERE uid = ?`, uid)
    if (known?.stands === 1) return known.id
    const date = textOf(json, tags.date).replaceAll('.', '')
    const columns = [textOf(json, tags.patientID), textOf(json, tags.accession), date]
    const values = [...columns, stringifyDicomJson(json), entry]
    if (known !== undefined) {
      const set = 'patient_id = ?, accession = ?, date = ?, json = ?, source = ?'
      await sql.run(`UPDATE studies SET ${set} WHERE id = ?`, ...values, known.id)
      return known.id
    }
    const into = 'studies (patient_id, accession, date, json, source, uid)'
    return await this.#insert(`INSERT INTO ${into} VALUES (?, ?, ?, ?, ?, ?)`, ...values, uid)
  }

  async #series(entry: number, study: number, uid: string, json: DicomJson): Promise<number> {
    const sql = this.#sql
    const [known] = await sql.all<Parent>(`SELECT ${parentColumns} FROM series WHERE study = ? AND uid = ?`, study, uid)
    if (known?.stands === 1) return known.id
    const values = [textOf(json, tags.modality), stringifyDicomJson(json), entry]
    if (known !== undefined) {
      await sql.run('UPDATE series SET modality = ?, json = ?, source = ? WHERE id = ?', ...values, known.id)
      return known.id
    }
    const into = 'series (modality, json, source, study, uid)'
    return await this.#insert(`INSERT INTO ${into} VALUES (?, ?, ?, ?, ?)`, ...values, study, uid)
  }

  /** Answers the id of the row. */
  async #insert(statement: string, ...values: readonly SqlValue[]): Promise<number> {
    const [row] = await this.#sql.all<{ id: number }>(`${statement} RETURNING id`, ...values)
    return row?.id ?? 0
  }

  /** Of the files of an image, shows the one whose path comes first in the order of bytes, and no other. */
  async #show(series: number, uid: string): Promise<void> {
    const sql = this.#sql
    const [first] = await sql.all<{ id: number; shown: number }>(
      `SELECT id, shown FROM entries WHERE series = ? AND uid = ? AND kind = 'instance' ORDER BY path LIMIT 1`,
      series,
      uid,
    )
    if (first === undefined || first.shown === 1) return
    const [other] = await sql.all<{ id: number }>(
      `SELECT id FROM entries WHERE series = ? AND uid = ? AND kind = 'instance' AND shown = 1`,
      series,
      uid,
    )
    if (other !== undefined) await sql.run('UPDATE entries SET shown = 0 WHERE id = ?', other.id)
    await sql.run('UPDATE entries SET shown = 1 WHERE id = ?', first.id)
    if (other === undefined) await this.#count(series, 1)
  }

  async #count(series: number, by: 1 | -1): Promise<void> {
    await this.#sql.run('UPDATE series SET instances = instances + ? WHERE id = ?', by, series)
    const studies = 'UPDATE studies SET instances = instances + ? WHERE id = (SELECT study FROM series WHERE id = ?)'
    await this.#sql.run(studies, by, series)
  }

  async #dropEmpty(series: number): Promise<void> {
    const sql = this.#sql
    const [row] = await sql.all<{ study: number; instances: number }>(
      'SELECT study, instances FROM series WHERE id = ?',
      series,
    )
    if (row === undefined || row.instances > 0) return
    await sql.run('DELETE FROM series WHERE id = ?', series)
    await sql.run('DELETE FROM studies WHERE id = ? AND instances = 0', row.study)
  }
}
