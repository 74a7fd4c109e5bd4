import { type Entry, GantryError, type JobSpec, jobSpecSchema } from '@gantry/core'
import type { SqlDatabase, SqlWriter } from '@gantry/sqlite'
import { sameRetention } from '@gantry/transfer'

import { comparePlans, digestOf } from './compare-plans.ts'
import type { FleetRun, NewStudy, Planned, StudyState } from './records.ts'

interface StudyRow {
  readonly id: string
  readonly state: StudyState
  readonly plan: Uint8Array
  readonly run: string
  readonly run_state: FleetRun['state']
  readonly spec: string
}

/**
 * Writes studies down. One that waits as it is asked for stays as it was planned, and one that is done stays done if it was the
 * very same; any other is planned anew, by the newer words, unless that forgot something that waits. A worker may be at the
 * older plan: its parts are held, so that nothing of the new one is begun before it has let go. The run is written down with the
 * first study that it plans, unless it is `written` already. In few statements, each a round trip.
 */
export async function planStudies(
  database: SqlDatabase,
  run: FleetRun,
  studies: readonly NewStudy[],
  { written }: { readonly written: boolean },
): Promise<Planned[]> {
  if (studies.length === 0) return []
  return await database.write(async (sql) => {
    if (written) await refuseCancelled(sql, run)
    const known = new Map((await knownOf(sql, studies)).map((row) => [row.id, row]))
    const planned: Planned[] = []
    const fresh: Fresh[] = []
    for (const study of studies) {
      const { id, parts } = study
      const row = known.get(id)
      const entries = parts.flatMap((part) => part.entries)
      const digest = digestOf(run.spec, entries)
      const waits = row?.state === 'queued' && row.run_state !== 'cancelled'
      const outcome = waits ? await waitingOutcome(sql, row, { run, entries }) : 'plan'
      if (row !== undefined && (outcome === 'waits' || outcome === 'differs')) {
        planned.push({ id, run: row.run, outcome, parts: outcome === 'waits' ? await leftOf(sql, id) : [] })
      } else if (row?.state === 'done' && digest.equals(row.plan) && sameRetention(specOf(row), run.spec)) {
        planned.push({ id, run: row.run, outcome: 'done', parts: [] })
      } else {
        fresh.push({ ...study, digest })
        const numbers = parts.map((_, number) => number)
        planned.push({ id, run: run.id, outcome: 'queue', parts: numbers, ...(waits && { replaced: true }) })
      }
    }
    if (fresh.length > 0 && !written) await writeRun(sql, run)
    const stale = await writeStudies(sql, run, fresh)
    return planned.map((study) => withStale(study, known.get(study.id)?.run, stale.get(study.id)))
  })
}

/** Who cancels a run wants no more of it, whoever is still submitting. */
async function refuseCancelled(sql: SqlWriter, { id }: FleetRun): Promise<void> {
  const [run] = await sql.all<Pick<FleetRun, 'state'>>('SELECT state FROM fleet_runs WHERE id = ?', id)
  if (run?.state !== 'cancelled') return
  throw new GantryError('cancelled', 'The run was cancelled while it was submitted: the rest of it was not queued.')
}

/** With what the queue need not keep of the plan before. */
function withStale(study: Planned, run: string | undefined, parts: readonly number[] | undefined): Planned {
  if (study.outcome !== 'queue' || run === undefined || parts === undefined) return study
  return { ...study, stale: { run, parts } }
}

async function waitingOutcome(
  sql: SqlWriter,
  row: StudyRow,
  { run, entries }: { readonly run: FleetRun; readonly entries: readonly Entry[] },
): Promise<'waits' | 'replace' | 'differs'> {
  // Its jobs are called by the run, which plans a study once.
  if (row.run === run.id) return 'waits'
  const spec = specOf(row)
  // As nearly all that are asked for again: nothing has to be read for it.
  if (digestOf(run.spec, entries).equals(row.plan)) return comparePlans({ spec, entries }, { spec: run.spec, entries })
  const plans = `SELECT plan FROM fleet_parts WHERE study = ? AND plan IS NOT NULL`
  const rows = await sql.all<{ plan: string }>(plans, row.id)
  const waiting = rows.flatMap(({ plan }) => JSON.parse(plan) as Entry[])
  return comparePlans({ spec, entries: waiting }, { spec: run.spec, entries })
}

function specOf({ spec }: StudyRow): JobSpec {
  return jobSpecSchema.parse(JSON.parse(spec))
}

async function leftOf(sql: SqlWriter, study: string): Promise<number[]> {
  const left = `SELECT number FROM fleet_parts WHERE study = ? AND state <> 'verified' ORDER BY number`
  return (await sql.all<{ number: number }>(left, study)).map(({ number }) => number)
}

interface Fresh extends NewStudy {
  readonly digest: Buffer
}

async function knownOf(sql: SqlWriter, studies: readonly NewStudy[]): Promise<StudyRow[]> {
  const places = studies.map(() => '?').join(', ')
  const select = `SELECT fleet_studies.id, fleet_studies.state, plan, run, fleet_runs.state AS run_state, spec FROM fleet_studies
 JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_studies.id IN (${places})`
  return await sql.all<StudyRow>(select, ...studies.map(({ id }) => id))
}

interface Removed {
  /** Of plans that nobody is at, the parts that are not verified; the others are held. */
  readonly stale: ReadonlyMap<string, readonly number[]>
  /** When the first run was submitted whose workers may have left something of a study. */
  readonly since: ReadonlyMap<string, number>
}

async function removePlans(sql: SqlWriter, studies: readonly NewStudy[]): Promise<Removed> {
  const places = studies.map(() => '?').join(', ')
  // One statement, because a worker that begins a part in between must either be seen here or find it gone. A holder that was
  // given up for another lets go of nothing: what it held is free when its time is over.
  const remove = `WITH gone AS (DELETE FROM fleet_parts WHERE study IN (${places})
 RETURNING study, number, holder, state, begun, lease, lost, since),
held AS (INSERT INTO fleet_held (study, run, number, holder, lease) SELECT gone.study, run, number,
 CASE WHEN lost = 1 THEN '' ELSE holder END, lease FROM gone JOIN fleet_studies ON fleet_studies.id = gone.study
 WHERE holder IS NOT NULL OR lost = 1 ON CONFLICT DO NOTHING)
SELECT gone.study, number, gone.state = 'verified' AS verified, holder IS NOT NULL OR lost = 1 AS held,
 CASE WHEN lost = 1 OR (begun > 0 AND gone.state <> 'verified') THEN LEAST(since, created) ELSE since END AS since
 FROM gone JOIN fleet_studies ON fleet_studies.id = gone.study JOIN fleet_runs ON fleet_runs.id = run ORDER BY gone.study, number`
  type Row = {
    readonly study: string
    readonly number: number
    readonly verified: boolean
    readonly held: boolean | null
    readonly since: number | null
  }
  const rows = await sql.all<Row>(remove, ...studies.map(({ id }) => id))
  const held = new Set(rows.filter((row) => row.held === true).map(({ study }) => study))
  const stale = new Map<string, number[]>()
  const since = new Map<string, number>()
  for (const { study, number, verified, since: left } of rows) {
    if (!held.has(study) && !verified) stale.set(study, [...(stale.get(study) ?? []), number])
    if (left !== null) since.set(study, Math.min(since.get(study) ?? left, left))
  }
  return { stale, since }
}

/** Rows of one statement: far below what either database takes in values. */
const rowsAtOnce = 500

async function writeStudies(sql: SqlWriter, run: FleetRun, studies: readonly Fresh[]): Promise<Removed['stale']> {
  if (studies.length === 0) return new Map()
  const now = Date.now()
  const rows = studies.map(({ id, parts, digest }) => {
    const entries = parts.flatMap((part) => part.entries)
    return [id, run.id, digest, parts.length, entries.length, bytesOf(entries), now]
  })
  const { stale, since } = await removePlans(sql, studies)
  await sql.run(
    `INSERT INTO fleet_studies (id, run, plan, state, parts, entries, bytes, queued)
 VALUES ${rows.map(() => `(?, ?, ?, 'queued', ?, ?, ?, ?)`).join(', ')}
 ON CONFLICT (id) DO UPDATE SET run = excluded.run, plan = excluded.plan, state = 'queued', parts = excluded.parts,
 entries = excluded.entries, bytes = excluded.bytes, queued = excluded.queued, ended = NULL`,
    ...rows.flat(),
  )
  const parts = studies.flatMap(({ id, parts: own }) =>
    own.map(({ entries }, number) => [
      id,
      number,
      entries.length,
      bytesOf(entries),
      JSON.stringify(entries),
      since.get(id) ?? null,
    ]),
  )
  for (let start = 0; start < parts.length; start += rowsAtOnce) {
    const some = parts.slice(start, start + rowsAtOnce)
    const values = some.map(() => `(?, ?, 'queued', ?, ?, ?, 0, 0, 0, ?)`).join(', ')
    const insert = `INSERT INTO fleet_parts (study, number, state, entries, bytes, plan, failed, begun, sent, since) VALUES ${values}`
    await sql.run(insert, ...some.flat())
  }
  return stale
}

async function writeRun(sql: SqlWriter, { id, queue, spec, state, created }: FleetRun): Promise<void> {
  const add = 'INSERT INTO fleet_queues (name, destination, paused) VALUES (?, ?, 0) ON CONFLICT (name) DO NOTHING'
  await sql.run(add, queue, spec.to)
  const insert = `INSERT INTO fleet_runs (id, queue, spec, state, created) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
  await sql.run(insert, id, queue, JSON.stringify(spec), state, Math.round(created))
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((total, { size = 0 }) => total + size, 0)
}
