import { first, type SqlWriter } from '@gantry/sqlite'

import type { ArchiveUnit, NewReceipt } from './receipt.ts'
import { recordInBulk } from './record-in-bulk.ts'
import {
  instanceColumns,
  instanceValues,
  type ReceiptParents,
  receiptColumns,
  receiptValues,
} from './receipt-values.ts'
import { type Ids, Parents, ReceiptIds, valuesOf } from './record-rows.ts'
import { type Id, only, rowOf } from './row-of.ts'

/** Where receipts are put. */
export interface RecordTo {
  /** Row of the session, where they belong to one. */
  readonly session: number | undefined
  readonly location: number
  readonly unit?: ArchiveUnit
}

const intoInstances = `INSERT INTO instances (${instanceColumns}, id) VALUES ${valuesOf(1, 8)}`
const upsertInstance = `${intoInstances}
ON CONFLICT (sha256) DO UPDATE SET series = coalesce(instances.series, excluded.series),
 uid = coalesce(instances.uid, excluded.uid), sop_class = coalesce(instances.sop_class, excluded.sop_class),
 transfer_syntax = coalesce(instances.transfer_syntax, excluded.transfer_syntax),
 frames = coalesce(instances.frames, excluded.frames) RETURNING id`
/** What is there already with the same bytes is brought up to date; with others, nothing is answered. */
const upsertReceipt = `INSERT INTO receipts (${receiptColumns}, removed, id) VALUES ${valuesOf(1, 14)}
ON CONFLICT (location, path) WHERE removed IS NULL DO UPDATE SET
 unit = coalesce(excluded.unit, receipts.unit), cid = coalesce(excluded.cid, receipts.cid),
 version = coalesce(excluded.version, receipts.version), tier = coalesce(excluded.tier, receipts.tier),
 told = coalesce(excluded.told, receipts.told), modified = coalesce(excluded.modified, receipts.modified),
 verified = CASE WHEN excluded.verified = 1 THEN 1 ELSE receipts.verified END,
 retain_until = CASE WHEN excluded.retain_until > coalesce(receipts.retain_until, 0) THEN excluded.retain_until
  ELSE receipts.retain_until END
 WHERE receipts.instance = excluded.instance RETURNING id`
/** As the two above, for what is new: with an id of our own, because asking for it costs as much as the insert. */
const insertInstance = `${intoInstances} ON CONFLICT (sha256) DO NOTHING`
const insertReceipt = `INSERT INTO receipts (${receiptColumns}, id) VALUES ${valuesOf(1, 13)}
ON CONFLICT (location, path) WHERE removed IS NULL DO NOTHING`
const insertMember =
  'INSERT INTO session_receipts (session, receipt) VALUES (?, ?) ON CONFLICT (session, receipt) DO NOTHING'

/** Records receipts within a transaction; what is recorded already stays as it is. */
export async function recordReceipts(sql: SqlWriter, to: RecordTo, receipts: readonly NewReceipt[]): Promise<void> {
  const parents = new Parents(sql)
  const unit = to.unit === undefined ? null : await unitRow(sql, to.location, to.unit)
  const ids = new ReceiptIds(sql)
  const rest = sql.remote === true ? await recordInBulk(sql, { ...to, unit }, receipts, { parents, ids }) : receipts
  for (const receipt of rest) {
    const instance = await instanceRow(sql, receipt, parents, ids.instances)
    const row = await receiptRow(sql, { location: to.location, instance, unit }, receipt, ids.receipts)
    if (to.session !== undefined) await sql.run(insertMember, to.session, row)
  }
}

async function instanceRow(sql: SqlWriter, receipt: NewReceipt, parents: Parents, ids: Ids): Promise<number> {
  const values = instanceValues(receipt, await parents.series(receipt))
  const fresh = await ids.take(async (id) => await sql.run(insertInstance, ...values, id))
  return fresh ?? (await rowOf(sql.all<Id>(upsertInstance, ...values, await ids.next())))
}

async function receiptRow(sql: SqlWriter, parents: ReceiptParents, receipt: NewReceipt, ids: Ids): Promise<number> {
  const { path, at } = receipt
  const { instance, location } = parents
  const values = receiptValues(parents, receipt)
  if (receipt.removed === undefined) {
    const fresh = await ids.take(async (id) => await sql.run(insertReceipt, ...values, id))
    if (fresh !== undefined) return fresh
  }
  const insert = async (removed: number | null): Promise<number | undefined> => {
    const [inserted] = await sql.all<Id>(upsertReceipt, ...values, removed, await ids.next())
    if (inserted !== undefined) ids.used(inserted.id)
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
