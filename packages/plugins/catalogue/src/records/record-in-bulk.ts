import type { SqlValue, SqlWriter } from '@gantry/sqlite'

import { hexOf } from '../database/hex.ts'
import type { NewReceipt } from './receipt.ts'
import { instanceColumns, instanceValues, receiptColumns, receiptValues } from './receipt-values.ts'
import { type Ids, type Parents, type ReceiptIds, valuesOf } from './record-rows.ts'

/** Rows of one statement: far below what a database takes in values. */
const rowsAtOnce = 500

interface BulkTo {
  readonly session: number | undefined
  readonly location: number
  readonly unit: number | null
}

interface BulkRows {
  readonly parents: Parents
  readonly ids: ReceiptIds
}

/**
 * Records what is new, in few statements; answers with the receipts that are not, or may not be: those of bytes or places that
 * are known already, or come twice.
 */
export async function recordInBulk(
  sql: SqlWriter,
  to: BulkTo,
  receipts: readonly NewReceipt[],
  rows: BulkRows,
): Promise<NewReceipt[]> {
  const rest: NewReceipt[] = []
  for (let start = 0; start < receipts.length; start += rowsAtOnce) {
    const some = receipts.slice(start, start + rowsAtOnce)
    const [shas, paths] = [new Set<string>(), new Set<string>()]
    const single = some.filter((receipt) => {
      const { sha256, path, removed } = receipt
      const fits = removed === undefined && !shas.has(sha256) && !paths.has(path)
      shas.add(sha256)
      paths.add(path)
      if (!fits) rest.push(receipt)
      return fits
    })
    const instances = await newInstances(sql, single, rows)
    const fresh = single.filter(({ sha256 }) => instances.has(sha256))
    rest.push(...single.filter(({ sha256 }) => !instances.has(sha256)))
    const placed = await newReceipts(sql, to, fresh, { instances, ids: rows.ids.receipts })
    rest.push(...fresh.filter(({ path }) => !placed.has(path)))
  }
  return rest
}

/** Ids of the instances that were not known, by SHA-256. */
async function newInstances(
  sql: SqlWriter,
  receipts: readonly NewReceipt[],
  { parents, ids }: BulkRows,
): Promise<Map<string, number>> {
  if (receipts.length === 0) return new Map()
  await parents.add(receipts, ids)
  const first = await ids.instances.next()
  const values: SqlValue[] = []
  for (const [index, receipt] of receipts.entries()) {
    values.push(...instanceValues(receipt, await parents.series(receipt)), first + index)
  }
  const insert = `INSERT INTO instances (${instanceColumns}, id)
 VALUES ${valuesOf(receipts.length, 8)} ON CONFLICT (sha256) DO NOTHING RETURNING id, sha256`
  const inserted = await sql.all<{ id: number; sha256: Uint8Array }>(insert, ...values)
  ids.instances.used(first + receipts.length - 1)
  return new Map(inserted.map(({ id, sha256 }) => [hexOf(sha256), id]))
}

/** A database that is asked over a network can do two things in one statement. */
function memberOf(insert: string): string {
  return `WITH placed AS (${insert}), member AS (INSERT INTO session_receipts (session, receipt)
 SELECT ?, placed.id FROM placed) SELECT path FROM placed`
}

/** Paths of the receipts at places that had none; the session has them as well. */
async function newReceipts(
  sql: SqlWriter,
  { location, session, unit }: BulkTo,
  receipts: readonly NewReceipt[],
  { instances, ids }: { readonly instances: ReadonlyMap<string, number>; readonly ids: Ids },
): Promise<Set<string>> {
  if (receipts.length === 0) return new Set()
  const first = await ids.next()
  const values = receipts.flatMap((receipt, index) => {
    const instance = instances.get(receipt.sha256) ?? null
    return [...receiptValues({ instance, location, unit }, receipt), first + index]
  })
  const insert = `INSERT INTO receipts (${receiptColumns}, id)
 VALUES ${valuesOf(receipts.length, 13)} ON CONFLICT (location, path) WHERE removed IS NULL DO NOTHING RETURNING id, path`
  const inserted =
    session === undefined
      ? await sql.all<{ path: string }>(insert, ...values)
      : await sql.all<{ path: string }>(memberOf(insert), ...values, session)
  ids.used(first + receipts.length - 1)
  return new Set(inserted.map(({ path }) => path))
}
