import type { Digests, ImageIdentity } from '@gantry/core'
import type { SqlDatabase, SqlValue } from '@gantry/sqlite'

import { rowsById } from '../database/by-id.ts'
import { hexOf } from '../database/hex.ts'
import type { CatalogueReceipt } from './receipt.ts'
import type { Target } from './target.ts'

interface ReceiptRow {
  readonly id: number
  readonly url: string
  readonly path: string
  readonly cid: string | null
  readonly version: string | null
  readonly told: string | null
  readonly modified: number | null
  readonly tier: string | null
  readonly retain_until: number | null
  readonly at: number
  readonly verified: number
  readonly checked: number | null
  readonly removed: number | null
  readonly sha256: Uint8Array
  readonly size: number
  readonly uid: string | null
  readonly sop_class: string | null
  readonly transfer_syntax: string | null
  readonly frames: number | null
  readonly series_uid: string | null
  readonly modality: string | null
  readonly study_uid: string | null
  readonly date: string | null
  readonly description: string | null
  readonly patient_id: string | null
  readonly patient_name: string | null
  readonly root: string | null
  readonly shards: string | null
  readonly key: string | null
}

const columns = `receipts.id, locations.url, receipts.path, receipts.cid, receipts.version, receipts.told, receipts.modified, receipts.tier,
 receipts.retain_until, receipts.at, receipts.verified, receipts.checked, receipts.removed, instances.sha256, instances.size,
 instances.uid, instances.sop_class, instances.transfer_syntax, instances.frames, series.uid AS series_uid, series.modality,
 studies.uid AS study_uid, studies.date, studies.description, studies.patient_id, studies.patient_name, units.root,
 units.shards, units.key`
const others = `JOIN locations ON locations.id = receipts.location JOIN instances ON instances.id = receipts.instance
 LEFT JOIN series ON series.id = instances.series LEFT JOIN studies ON studies.id = series.study
 LEFT JOIN units ON units.id = receipts.unit`

/** Ids of what a target holds; the first `?` is the target, the next the id after which to go on. */
const idsOf: Readonly<Record<Target['kind'], string>> = {
  session: 'SELECT receipt AS id FROM session_receipts WHERE session = ? AND receipt > ?',
  study: `SELECT receipts.id FROM series JOIN instances ON instances.series = series.id
 JOIN receipts ON receipts.instance = instances.id WHERE series.study = ? AND receipts.id > ?`,
  series: `SELECT receipts.id FROM instances JOIN receipts ON receipts.instance = instances.id
 WHERE instances.series = ? AND receipts.id > ?`,
  instance: `SELECT receipts.id FROM instances JOIN receipts ON receipts.instance = instances.id
 WHERE instances.uid = (SELECT uid FROM instances WHERE id = ?) AND receipts.id > ?`,
  cid: `SELECT receipts.id FROM units JOIN receipts ON receipts.unit = units.id WHERE units.root = ? AND receipts.id > ?
 UNION SELECT id FROM receipts WHERE cid = ? AND id > ?`,
  sha256: 'SELECT id FROM receipts WHERE instance = ? AND id > ?',
}

/** A page of what a target holds, by id. */
export function pageSql(kind: Target['kind']): string {
  return `SELECT ${columns} FROM receipts ${others} WHERE receipts.id IN (${idsOf[kind]} ORDER BY 1 LIMIT ?) ORDER BY receipts.id`
}

/** The receipts of what lies at so many paths of a location now. */
export function atPathsSql(paths: number): string {
  return `SELECT ${columns} FROM receipts ${others} WHERE receipts.location = (SELECT id FROM locations WHERE url = ?)
 AND receipts.path IN (${Array.from({ length: paths }, () => '?').join(', ')}) AND receipts.removed IS NULL`
}

/** Where bytes lie now. */
export const liveSql = `SELECT ${columns} FROM receipts ${others}
 WHERE receipts.instance = (SELECT id FROM instances WHERE sha256 = ?) AND receipts.removed IS NULL ORDER BY receipts.id`

/** All receipts of a target, those of what was removed too, in the order of recording; bounded memory. */
export async function* receiptsOfTarget(
  database: SqlDatabase,
  target: Target,
): AsyncGenerator<CatalogueReceipt, void, undefined> {
  yield* rowsById(async (after, limit) => await receiptPageOfTarget(database, target, { after, limit }))
}

/** A page of them, from behind the receipt of the id `after`. */
export async function receiptPageOfTarget(
  database: SqlDatabase,
  { kind, name, row }: Target,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<CatalogueReceipt[]> {
  // A CID names units, and bytes.
  const values: SqlValue[] = kind === 'cid' ? [name, after, name, after] : [row, after]
  return await receiptsBySql(database, pageSql(kind), ...values, limit)
}

/** Receipts that a condition holds, by id; `after` is where a page before ended. */
export async function receiptPage(
  database: SqlDatabase,
  options: {
    readonly where?: string
    readonly values?: readonly SqlValue[]
    readonly after?: number
    readonly limit: number
  },
): Promise<CatalogueReceipt[]> {
  const { where = '1 = 1', values = [], after = 0, limit } = options
  const sql = `SELECT ${columns} FROM receipts ${others} WHERE receipts.id > ? AND ${where} ORDER BY receipts.id LIMIT ?`
  return (await database.all<ReceiptRow>(sql, after, ...values, limit)).map((row) => receiptOfRow(row))
}

export async function receiptsBySql(
  database: SqlDatabase,
  sql: string,
  ...values: readonly SqlValue[]
): Promise<CatalogueReceipt[]> {
  return (await database.all<ReceiptRow>(sql, ...values)).map((row) => receiptOfRow(row))
}

function receiptOfRow(row: ReceiptRow): CatalogueReceipt {
  const image = imageOf(row)
  const attributes = given({
    StudyDate: row.date,
    StudyDescription: row.description,
    PatientID: row.patient_id,
    PatientName: row.patient_name,
    Modality: row.modality,
  })
  return {
    id: row.id,
    location: row.url,
    path: row.path,
    bytes: row.size,
    sha256: hexOf(row.sha256),
    at: row.at,
    verified: row.verified === 1,
    ...given({
      cid: row.cid,
      version: row.version,
      modified: row.modified,
      tier: row.tier,
      retainUntil: row.retain_until,
      checked: row.checked,
      removed: row.removed,
    }),
    ...(row.told !== null && { told: JSON.parse(row.told) as Digests }),
    ...(image !== undefined && { image }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(row.root !== null && {
      unit: { root: row.root, shards: JSON.parse(row.shards ?? '[]') as string[], ...given({ key: row.key }) },
    }),
  }
}

function imageOf(row: ReceiptRow): ImageIdentity | undefined {
  const { uid, sop_class: sopClassUID, series_uid: seriesInstanceUID, study_uid: studyInstanceUID } = row
  if (uid === null || sopClassUID === null || seriesInstanceUID === null || studyInstanceUID === null) return undefined
  return {
    studyInstanceUID,
    seriesInstanceUID,
    sopInstanceUID: uid,
    sopClassUID,
    ...given({ transferSyntaxUID: row.transfer_syntax, numberOfFrames: row.frames }),
  }
}

type Given<Fields> = { readonly [Key in keyof Fields]?: NonNullable<Fields[Key]> }

/** Without what is NULL. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Given<Fields>
}
