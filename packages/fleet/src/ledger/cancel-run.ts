import type { SqlDatabase } from '@gantry/sqlite'

import type { PartKey } from './records.ts'

/**
 * Cancels a run with all of its studies that wait, so that the ledger says so even where no job of them is left to say it. One that
 * a worker is at may still end as done, if its last part was verified before the worker heard of it. The parts that wait.
 */
export async function cancelRun(database: SqlDatabase, run: string): Promise<PartKey[]> {
  return await database.write(async (sql) => {
    await sql.run(`UPDATE fleet_runs SET state = 'cancelled' WHERE id = ?`, run)
    const waiting = await sql.all<Omit<PartKey, 'run'>>(
      `SELECT study, number AS part FROM fleet_parts JOIN fleet_studies ON fleet_studies.id = study
 WHERE run = ? AND fleet_studies.state = 'queued' AND fleet_parts.state <> 'verified' ORDER BY study, number`,
      run,
    )
    const studies = `UPDATE fleet_studies SET state = 'cancelled', ended = ? WHERE run = ? AND state = 'queued'`
    await sql.run(studies, Date.now(), run)
    return waiting.map((part) => ({ ...part, run }))
  })
}
