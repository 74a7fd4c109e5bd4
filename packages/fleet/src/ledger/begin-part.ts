import type { Entry } from '@gantry/core'
import { first, type SqlDatabase } from '@gantry/sqlite'

import type { FleetRun, NotBegun, PartKey } from './records.ts'

const begin = `UPDATE fleet_parts SET begun = CASE WHEN holder = ? THEN begun ELSE begun + 1 END, holder = ?
 WHERE study = ? AND number = ? AND state <> 'verified' AND plan IS NOT NULL AND EXISTS (SELECT 1 FROM fleet_studies
 JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_studies.id = fleet_parts.study AND run = ? AND fleet_runs.state <> 'cancelled')
 AND NOT EXISTS (SELECT 1 FROM fleet_held WHERE fleet_held.study = fleet_parts.study) RETURNING plan, begun`

const why = `SELECT fleet_studies.run, fleet_runs.state, (SELECT count(*) FROM fleet_held WHERE study = fleet_studies.id) AS held,
 (SELECT count(*) FROM fleet_parts WHERE study = fleet_studies.id AND number = ? AND state <> 'verified') AS waits
 FROM fleet_studies JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_studies.id = ?`

interface Why {
  readonly run: string
  readonly state: FleetRun['state']
  readonly held: number
  readonly waits: number
}

/**
 * Takes a part in hand: `holder` names this delivery, and stays until the part ends or is let go. Told again after an answer was
 * lost, it counts once. A PostgreSQL that is killed may forget the count, and hears it again when the part is verified.
 */
export async function beginPart(
  database: SqlDatabase,
  { study, run, part }: PartKey,
  holder: string,
): Promise<{ readonly entries: readonly Entry[]; readonly begun: number } | NotBegun> {
  type Row = { readonly plan: string; readonly begun: number }
  const row = await first(database.jot<Row>(begin, holder, holder, study, part, run))
  if (row !== undefined) return { entries: JSON.parse(row.plan) as Entry[], begun: row.begun }
  const known = await first(database.all<Why>(why, part, study))
  if (known === undefined || known.run !== run) return 'superseded'
  if (known.waits === 0) return 'verified'
  return known.state === 'cancelled' ? 'cancelled' : 'held'
}
