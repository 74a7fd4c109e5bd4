import { first, type SqlDatabase } from '@gantry/sqlite'

import type { FleetRun, StudyState } from './records.ts'

const isDone = `SELECT 1 FROM fleet_studies WHERE id = ? AND state = 'done'`
const hasOthers = `SELECT 1 FROM fleet_parts WHERE study = ? AND number <> ? AND state <> 'verified'`
const endDone = `UPDATE fleet_studies SET state = 'done', ended = ? WHERE id = ?
 AND NOT EXISTS (SELECT 1 FROM fleet_parts WHERE study = fleet_studies.id AND state <> 'verified') RETURNING id`

/**
 * Says what became of a study. It is done only if the ledger says of every part that it was verified, whatever the queue
 * believes. A part that neither was verified nor said why it was not has been lost by the queue, and is listed as that. Where
 * others than the one that is `alone` are not verified, it was planned anew since: it is `queued`, and ends by a job of its own.
 */
export async function endStudy(database: SqlDatabase, study: string, alone?: number): Promise<StudyState> {
  // As nearly all of them end: with their last part. Only those whose last parts ended together do not know it yet.
  if ((await first(database.all(isDone, study))) !== undefined) return 'done'
  if (alone !== undefined && (await first(database.all(hasOthers, study, alone))) !== undefined) return 'queued'
  const [done] = await database.change<{ id: string }>(endDone, Date.now(), study)
  if (done !== undefined) return 'done'
  return await database.write(
    async (sql) => {
      const of = `SELECT fleet_runs.state FROM fleet_studies JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_studies.id = ?`
      const run = await first(sql.all<{ state: FleetRun['state'] }>(of, study))
      const count = `SELECT count(*) AS count FROM fleet_parts WHERE study = ? AND state <> 'verified'`
      const left = (await first(sql.all<{ count: number }>(count, study)))?.count ?? 0
      const state = left === 0 ? 'done' : run?.state === 'cancelled' ? 'cancelled' : 'failed'
      if (state === 'failed') {
        const lost = `UPDATE fleet_parts SET state = 'failed', code = 'unavailable', failed = entries, ended = ?
 WHERE study = ? AND state = 'queued'`
        await sql.run(lost, Date.now(), study)
      }
      await sql.run(`UPDATE fleet_studies SET state = ?, ended = ? WHERE id = ?`, state, Date.now(), study)
      return state
    },
    { beside: true },
  )
}
