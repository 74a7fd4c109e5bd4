import type { SqlDatabase } from '@gantry/sqlite'

import { type FleetRun, partStates, type RunSummary, studyStates } from './records.ts'

interface Counted {
  readonly state: string
  readonly count: number
  readonly entries: number
  readonly bytes: number
  readonly repeated: number
}

export async function summarize(database: SqlDatabase, run: FleetRun): Promise<RunSummary> {
  const studies = await database.all<Counted>(
    `SELECT state, count(*) AS count FROM fleet_studies WHERE run = ? GROUP BY state`,
    run.id,
  )
  const parts = await database.all<Counted>(
    `SELECT fleet_parts.state, count(*) AS count, sum(fleet_parts.entries) AS entries, sum(fleet_parts.bytes) AS bytes,
 sum(CASE WHEN begun > 1 THEN begun - 1 ELSE 0 END) AS repeated FROM fleet_studies
 JOIN fleet_parts ON fleet_parts.study = fleet_studies.id WHERE run = ? GROUP BY fleet_parts.state`,
    run.id,
  )
  const verified = parts.find(({ state }) => state === 'verified')
  const total = (of: 'entries' | 'bytes' | 'repeated') => parts.reduce((sum, row) => sum + row[of], 0)
  return {
    id: run.id,
    from: run.spec.from,
    to: run.spec.to,
    state: run.state,
    created: run.created,
    studies: studiesOf(run, countsOf(studyStates, studies)),
    parts: countsOf(partStates, parts),
    entries: { total: total('entries'), verified: verified?.entries ?? 0 },
    bytes: { total: total('bytes'), verified: verified?.bytes ?? 0 },
    repeated: total('repeated'),
  }
}

/** Of a cancelled run nothing waits: neither what was written down by a submission that went on, nor what an older version left. */
function studiesOf({ state }: FleetRun, counts: RunSummary['studies']): RunSummary['studies'] {
  if (state !== 'cancelled') return counts
  return { ...counts, queued: 0, cancelled: counts.cancelled + counts.queued }
}

function countsOf<State extends string>(states: readonly State[], rows: readonly Counted[]): Record<State, number> {
  const count = (state: State) => rows.find((row) => row.state === state)?.count ?? 0
  return Object.fromEntries(states.map((state) => [state, count(state)])) as Record<State, number>
}
