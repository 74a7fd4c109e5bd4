import type { Entry } from '@gantry/core'
import { first, type SqlDatabase } from '@gantry/sqlite'

import { type FleetRun, type Holder, leaseSpare, type NotBegun, type PartKey } from './records.ts'

const begin = `UPDATE fleet_parts SET begun = CASE WHEN holder = ? THEN begun ELSE begun + 1 END,
 lost = CASE WHEN holder <> ? THEN 1 ELSE lost END, lease = GREATEST(lease, ?), holder = ?
 WHERE study = ? AND number = ? AND state <> 'verified' AND plan IS NOT NULL AND EXISTS (SELECT 1 FROM fleet_studies
 JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_studies.id = fleet_parts.study AND run = ? AND fleet_runs.state <> 'cancelled')
 AND NOT EXISTS (SELECT 1 FROM fleet_held WHERE fleet_held.study = fleet_parts.study) RETURNING plan, begun, since`

const why = `SELECT fleet_studies.run, fleet_runs.state, (SELECT count(*) FROM fleet_held WHERE study = fleet_studies.id) AS held,
 (SELECT count(*) FROM fleet_parts WHERE study = fleet_studies.id AND number = ? AND state <> 'verified') AS waits
 FROM fleet_studies JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_studies.id = ?`

/** Of the database, because workers have clocks of their own. */
export const databaseTime = '(extract(epoch FROM clock_timestamp()) * 1000)::BIGINT'

/** Milliseconds, of a holder whose lease nobody wrote down. */
const longest = 30_000

interface Why {
  readonly run: string
  readonly state: FleetRun['state']
  readonly held: number
  readonly waits: number
}

interface Begun {
  readonly entries: readonly Entry[]
  readonly begun: number
  readonly since: number | undefined
}

/**
 * Takes a part in hand: `holder` names this delivery, and stays until the part ends or is let go. Told again after an answer was
 * lost, it counts once. A PostgreSQL that is killed may forget the count, and hears it again when the part is verified.
 */
export async function beginPart(database: SqlDatabase, key: PartKey, by: Holder): Promise<Begun | NotBegun> {
  const { study, run, part } = key
  const { holder, lease } = by
  type Row = { readonly plan: string; readonly begun: number; readonly since: number | null }
  const row = await first(database.jot<Row>(begin, holder, holder, lease, holder, study, part, run))
  if (row !== undefined) {
    return { entries: JSON.parse(row.plan) as Entry[], begun: row.begun, since: row.since ?? undefined }
  }
  const known = await first(database.all<Why>(why, part, study))
  if (known === undefined || known.run !== run) return 'superseded'
  if (known.waits === 0) return 'verified'
  if (known.state === 'cancelled') return 'cancelled'
  if (known.held === 0) return 'held'
  return (await outlived(database, study)) ? await beginPart(database, key, by) : 'held'
}

/**
 * Whether those who were at the plan before cannot be any more. Counted from when it is first asked: by then the new plan is there to
 * be seen, so that no holder is told after that to go on. Whoever heard of the ledger last just before that stops in time; the
 * same spare as holders leave is waited longer.
 */
async function outlived(database: SqlDatabase, study: string): Promise<boolean> {
  const free = `DELETE FROM fleet_held WHERE study = ? AND until <= ${databaseTime} RETURNING study`
  const wait = `UPDATE fleet_held SET until = ${databaseTime} + COALESCE(lease, ${longest}) * (1 + ${leaseSpare}) WHERE study = ? AND until IS NULL RETURNING study`
  if ((await database.change(free, study)).length > 0) return true
  await database.change(wait, study)
  return false
}
