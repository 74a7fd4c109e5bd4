import type { SqlDatabase } from '@gantry/sqlite'

import type { FleetRun, Planned } from './records.ts'
import { waitingParts } from './waiting-parts.ts'

/** Studies that are looked at at a time. */
const pageSize = 100

export interface ReopenOptions {
  /** What waits, and may be lost, is left. */
  readonly failedOnly?: boolean | undefined
}

/**
 * Studies that are not done, with the parts that are not verified, in pages: what failed waits again. That is written down when the next
 * page is asked for, and the queue has this one: who ends in between is given it again, and its jobs are not queued twice. What ended
 * by then, as done or failed anew, stays so.
 */
export async function* reopenStudies(
  database: SqlDatabase,
  run: FleetRun,
  { failedOnly = false }: ReopenOptions = {},
): AsyncGenerator<Planned[], void, undefined> {
  const states = failedOnly ? `('failed')` : `('failed', 'queued')`
  const select = `SELECT id, ended FROM fleet_studies WHERE run = ? AND state IN ${states} AND id > ? ORDER BY id LIMIT ${pageSize}`
  for (let after = ''; ;) {
    const studies = await database.all<{ id: string; ended: number | null }>(select, run.id, after)
    if (studies.length === 0) return
    const waiting = await waitingParts(
      database,
      studies.map(({ id }) => id),
    )
    yield [...waiting].map(([id, parts]) => ({ id, run: run.id, outcome: 'queue', parts }))
    await database.write(async (sql) => {
      for (const { id, ended } of studies) {
        const study = `UPDATE fleet_studies SET state = 'queued', ended = NULL WHERE id = ? AND run = ? AND state IN ${states}
 AND ended IS NOT DISTINCT FROM ?`
        if ((await sql.run(study, id, run.id, ended)) === 0) continue
        await sql.run(`UPDATE fleet_parts SET state = 'queued', code = NULL WHERE study = ? AND state = 'failed'`, id)
      }
    })
    after = studies.at(-1)?.id ?? ''
  }
}
