import { first, type SqlDatabase } from '@gantry/sqlite'

import type { FleetRun, PartKey, StudyState } from './records.ts'

const isDone = `SELECT 1 FROM fleet_studies WHERE id = ? AND run = ? AND state = 'done'`
const hasOthers = `SELECT 1 FROM fleet_parts WHERE study = ? AND number <> ? AND state <> 'verified'`
const endDone = `UPDATE fleet_studies SET state = 'done', ended = ? WHERE id = ? AND run = ?
 AND NOT EXISTS (SELECT 1 FROM fleet_parts WHERE study = fleet_studies.id AND state <> 'verified') RETURNING id`

/** The plan of a study; `part`: the one that is alone, where it is. */
export type StudyKey = Omit<PartKey, 'part'> & { readonly part?: number }

/**
 * Says what became of a study. It is done only if the ledger says of every part that it was verified, whatever the queue
 * believes. A part that neither was verified nor said why it was not has been lost by the queue, and is listed as that. It is
 * `queued` where it ends by another job: others than the one that is alone are not verified, or another plan took the place of
 * this one, of which no job of this one may say anything.
 */
export async function endStudy(database: SqlDatabase, { study, run, part: alone }: StudyKey): Promise<StudyState> {
  // As nearly all of them end: with their last part. Only those whose last parts ended together do not know it yet.
  if ((await first(database.all(isDone, study, run))) !== undefined) return 'done'
  if (alone !== undefined && (await first(database.all(hasOthers, study, alone))) !== undefined) return 'queued'
  const [done] = await database.change<{ id: string }>(endDone, Date.now(), study, run)
  if (done !== undefined) return 'done'
  // Not beside other transactions: none plans it anew between the question and the answer.
  return await database.write(async (sql) => {
    const of = `SELECT fleet_runs.state FROM fleet_studies JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_studies.id = ? AND run = ?`
    const now = await first(sql.all<{ state: FleetRun['state'] }>(of, study, run))
    if (now === undefined) return 'queued'
    const count = `SELECT count(*) AS count FROM fleet_parts WHERE study = ? AND state <> 'verified'`
    const left = (await first(sql.all<{ count: number }>(count, study)))?.count ?? 0
    const state = left === 0 ? 'done' : now.state === 'cancelled' ? 'cancelled' : 'failed'
    if (state === 'failed') {
      const lost = `UPDATE fleet_parts SET state = 'failed', code = 'unavailable', failed = entries, ended = ?
 WHERE study = ? AND state = 'queued'`
      await sql.run(lost, Date.now(), study)
    }
    await sql.run(`UPDATE fleet_studies SET state = ?, ended = ? WHERE id = ?`, state, Date.now(), study)
    return state
  })
}
