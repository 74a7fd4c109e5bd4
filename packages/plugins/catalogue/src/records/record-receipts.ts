import { GantryError } from '@gantry/core'
import { first, type SqlWriter } from '@gantry/sqlite'

import { bytesOfSha256 } from '../database/hex.ts'
import type { ArchiveUnit, NewReceipt } from './receipt.ts'

/** Where receipts are put. */
export interface RecordTo {
  /** Row of the session, where they belong to one. */
  readonly session: number | undefined
  readonly location: number
  readonly unit?: ArchiveUnit
}

const upsertStudy = `INSERT INTO studies (uid, date, description, patient_id, patient_name) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (uid) DO UPDATE SET date = coalesce(studies.date, excluded.date),
 description = coalesce(studies.description, excluded.description),
 patient_id = coalesce(studies.patient_id, excluded.patient_id),
 patient_name = coalesce(studies.patient_name, excluded.patient_name) RETURNING id`
const upsertSeries = `INSERT INTO series (study, uid, modality) VALUES (?, ?, ?)
ON CONFLICT (study, uid) DO UPDATE SET modality = coalesce(series.modality, excluded.modality) RETURNING id`
const upsertInstance = `INSERT INTO instances (sha256, size, series, uid, sop_class, transfer_syntax, frames)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (sha256) DO UPDATE SET series = coalesce(instances.series, excluded.series),
 uid = coalesce(instances.uid, excluded.uid), sop_class = coalesce(instances.sop_class, excluded.sop_class),
 transfer_syntax = coalesce(instances.transfer_syntax, excluded.transfer_syntax),
 frames = coalesce(instances.frames, excluded.frames) RETURNING id`
/** What is there already with the same bytes is brought up to date; with others, nothing is answered. */
const upsertReceipt = `INSERT INTO receipts
 (instance, location, path, unit, cid, version, modified, tier, retain_until, at, verified, removed)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (location, path) WHERE removed IS NULL DO UPDATE SET
 unit = coalesce(excluded.unit, receipts.unit), cid = coalesce(excluded.cid, receipts.cid),
 version = coalesce(excluded.version, receipts.version), tier = coalesce(excluded.tier, receipts.tier),
 modified = coalesce(excluded.modified, receipts.modified),
 verified = CASE WHEN excluded.verified = 1 THEN 1 ELSE receipts.verified END,
 retain_until = CASE WHEN excluded.retain_until > coalesce(receipts.retain_until, 0) THEN excluded.retain_until
  ELSE receipts.retain_until END
 WHERE receipts.instance = excluded.instance RETURNING id`
const insertMember =
  'INSERT INTO session_receipts (session, receipt) VALUES (?, ?) ON CONFLICT (session, receipt) DO NOTHING'

/** Records receipts within a transaction; what is recorded already stays as it is. */
export async function recordReceipts(sql: SqlWriter, to: RecordTo, receipts: readonly NewReceipt[]): Promise<void> {
  const parents = new Parents(sql)
  const unit = to.unit === undefined ? null : await unitRow(sql, to.location, to.unit)
  for (const receipt of receipts) {
    const instance = await instanceRow(sql, receipt, parents)
    const row = await receiptRow(sql, to.location, instance, unit, receipt)
    if (to.session !== undefined) await sql.run(insertMember, to.session, row)
  }
}

/** Rows of studies and series that this transaction has seen: most entries have those of the entry before. */
class Parents {
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

async function instanceRow(sql: SqlWriter, receipt: NewReceipt, parents: Parents): Promise<number> {
  const { image, bytes, sha256 } = receipt
  const series = await parents.series(receipt)
  return await rowOf(
    sql.all<Id>(
      upsertInstance,
      bytesOfSha256(sha256),
      bytes,
      series,
      image?.sopInstanceUID ?? null,
      image?.sopClassUID ?? null,
      image?.transferSyntaxUID ?? null,
      image?.numberOfFrames ?? null,
    ),
  )
}

async function receiptRow(
  sql: SqlWriter,
  location: number,
  instance: number,
  unit: number | null,
  receipt: NewReceipt,
): Promise<number> {
  const { path, cid, version, modified, tier, retainUntil, at, verified } = receipt
  const insert = async (removed: number | null): Promise<number | undefined> => {
    const [inserted] = await sql.all<Id>(
      upsertReceipt,
      instance,
      location,
      path,
      unit,
      cid ?? null,
      version ?? null,
      modified ?? null,
      tier ?? null,
      retainUntil ?? null,
      Math.round(at),
      verified ? 1 : 0,
      removed,
    )
    return inserted?.id
  }
  const past = async (since: number): Promise<number> => {
    const known = await first(sql.all<Id>(pastReceipt, instance, location, path, Math.round(at)))
    return known?.id ?? (await only(insert(since)))
  }
  if (receipt.removed !== undefined) return await past(receipt.removed)
  const row = await insert(null)
  if (row !== undefined) return row
  // Other bytes have that place: the younger ones are there.
  const [other] = await sql.all<Id & { at: number }>(liveReceipt, location, path)
  if (other !== undefined && other.at > at) return await past(other.at)
  if (other !== undefined) await sql.run('UPDATE receipts SET removed = ? WHERE id = ?', Math.round(at), other.id)
  return await only(insert(null))
}

const liveReceipt = 'SELECT id, at FROM receipts WHERE location = ? AND path = ? AND removed IS NULL'
const pastReceipt = `SELECT id FROM receipts
 WHERE instance = ? AND location = ? AND path = ? AND at = ? AND removed IS NOT NULL`

async function unitRow(sql: SqlWriter, location: number, { root, shards, key }: ArchiveUnit): Promise<number> {
  return await rowOf(
    sql.all<Id>(
      `INSERT INTO units (location, root, shards, key) VALUES (?, ?, ?, ?)
       ON CONFLICT (root, location) DO UPDATE SET shards = excluded.shards, key = coalesce(excluded.key, units.key) RETURNING id`,
      location,
      root,
      JSON.stringify(shards),
      key ?? null,
    ),
  )
}

interface Id {
  readonly id: number
}

async function only(row: Promise<number | undefined>): Promise<number> {
  const id = await row
  if (id === undefined) throw new GantryError('internal', 'The catalogue did not answer with the row that it keeps.')
  return id
}

async function rowOf(rows: Promise<Id[]>): Promise<number> {
  return await only(rows.then(([row]) => row?.id))
}
