import type { ErrorCode } from '@gantry/core'
import { first, type SqlDatabase, type SqlWriter } from '@gantry/sqlite'

import type { Delivery, PartKey, VerifiedPart } from './records.ts'

/** So that a plan that took the place of another hears nothing of its parts. */
const ofPlan = `EXISTS (SELECT 1 FROM fleet_studies WHERE fleet_studies.id = fleet_parts.study AND run = ?)`

/** A part, and its study where no other part is left: in one statement, for each is a journey to the database. */
const verifiedSql = `WITH part AS (UPDATE fleet_parts SET state = 'verified', plan = NULL, code = NULL, failed = 0,
 holder = NULL, sent = sent + ?, ended = ?, begun = CASE WHEN begun < ? THEN ? ELSE begun END
 WHERE study = ? AND number = ? AND state <> 'verified' AND ${ofPlan} RETURNING study),
done AS (UPDATE fleet_studies SET state = 'done', ended = ? WHERE id IN (SELECT study FROM part) AND NOT EXISTS (
 SELECT 1 FROM fleet_parts WHERE study = fleet_studies.id AND number <> ? AND state <> 'verified') RETURNING id)
SELECT (SELECT count(*) FROM part) AS counted, (SELECT count(*) FROM done) AS done`

/** What the ledger says to a part that is verified. */
export interface Verified {
  /** Not so where the study was planned anew in between, or the part was verified before. */
  readonly counted: boolean
  /** Its study is done. */
  readonly done: boolean
}

export async function partVerified(
  sql: SqlDatabase | SqlWriter,
  { study, run, part }: PartKey,
  { sent, begun }: VerifiedPart,
): Promise<Verified> {
  const now = Date.now()
  const values = [sent, now, begun, begun, study, part, run, now, part]
  const row = await first(sql.all<{ counted: number; done: number }>(verifiedSql, ...values))
  return { counted: row?.counted === 1, done: row?.done === 1 }
}

export async function partFailed(
  database: SqlDatabase,
  { study, run, part }: PartKey,
  { code, failed }: { readonly code: ErrorCode; readonly failed: number },
): Promise<void> {
  const sql = `UPDATE fleet_parts SET state = 'failed', code = ?, failed = ?, ended = ?
 WHERE study = ? AND number = ? AND state <> 'verified' AND ${ofPlan}`
  await database.change(sql, code, failed, Date.now(), study, part, run)
}

/**
 * This delivery is not at it any more: what took the place of its plan may be begun. In this order, because a new plan that is
 * written in between finds the holder and leaves it among what is held.
 */
export async function letGo(
  database: SqlDatabase,
  { study, run, part }: PartKey,
  { holder, opened }: Delivery,
): Promise<void> {
  const begun = opened ? '' : ', begun = begun - 1'
  const own = `UPDATE fleet_parts SET holder = NULL ${begun} WHERE study = ? AND number = ? AND ${ofPlan} AND holder = ?`
  await database.change(own, study, part, run, holder)
  const held = 'DELETE FROM fleet_held WHERE study = ? AND number = ? AND run = ? AND holder = ?'
  await database.change(held, study, part, run, holder)
}
