import { createHash } from 'node:crypto'

import type { Entry } from '@gantry/core'
import type { SqlDatabase, SqlWriter } from '@gantry/sqlite'

import type { FleetRun, NewStudy, Planned, StudyState } from './records.ts'

interface StudyRow {
  readonly id: string
  readonly state: StudyState
  readonly plan: Uint8Array
  readonly run_state: FleetRun['state']
}

/**
 * Writes studies down. One that waits already stays as it was planned, because a worker may be at it; one that is done stays
 * done if it was the very same; any other is planned anew. In few statements, each a round trip.
 */
export async function planStudies(
  database: SqlDatabase,
  run: FleetRun,
  studies: readonly NewStudy[],
): Promise<Planned[]> {
  if (studies.length === 0) return []
  return await database.write(async (sql) => {
    const known = new Map((await knownOf(sql, studies)).map((row) => [row.id, row]))
    const planned: Planned[] = []
    const fresh: Fresh[] = []
    for (const study of studies) {
      const { id, parts } = study
      const row = known.get(id)
      const digest = digestOf(
        run,
        parts.flatMap(({ entries }) => entries),
      )
      if (row?.state === 'queued' && row.run_state !== 'cancelled') {
        const left = `SELECT number FROM fleet_parts WHERE study = ? AND state <> 'verified' ORDER BY number`
        const numbers = await sql.all<{ number: number }>(left, id)
        planned.push({ id, outcome: 'waits', parts: numbers.map(({ number }) => number) })
      } else if (row?.state === 'done' && digest.equals(row.plan)) planned.push({ id, outcome: 'done', parts: [] })
      else {
        fresh.push({ ...study, digest })
        planned.push({ id, outcome: 'queue', parts: parts.map((_, number) => number) })
      }
    }
    await writeStudies(sql, run, fresh)
    return planned
  })
}

interface Fresh extends NewStudy {
  readonly digest: Buffer
}

async function knownOf(sql: SqlWriter, studies: readonly NewStudy[]): Promise<StudyRow[]> {
  const places = studies.map(() => '?').join(', ')
  const select = `SELECT fleet_studies.id, fleet_studies.state, plan, fleet_runs.state AS run_state FROM fleet_studies
 JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_studies.id IN (${places})`
  return await sql.all<StudyRow>(select, ...studies.map(({ id }) => id))
}

/** Rows of one statement: far below what either database takes in values. */
const rowsAtOnce = 500

async function writeStudies(sql: SqlWriter, run: FleetRun, studies: readonly Fresh[]): Promise<void> {
  if (studies.length === 0) return
  const now = Date.now()
  const rows = studies.map(({ id, parts, digest }) => {
    const entries = parts.flatMap((part) => part.entries)
    return [id, run.id, digest, parts.length, entries.length, bytesOf(entries), now]
  })
  const places = studies.map(() => '?').join(', ')
  await sql.run(`DELETE FROM fleet_parts WHERE study IN (${places})`, ...studies.map(({ id }) => id))
  await sql.run(
    `INSERT INTO fleet_studies (id, run, plan, state, parts, entries, bytes, queued)
 VALUES ${rows.map(() => `(?, ?, ?, 'queued', ?, ?, ?, ?)`).join(', ')}
 ON CONFLICT (id) DO UPDATE SET run = excluded.run, plan = excluded.plan, state = 'queued', parts = excluded.parts,
 entries = excluded.entries, bytes = excluded.bytes, queued = excluded.queued, ended = NULL`,
    ...rows.flat(),
  )
  const parts = studies.flatMap(({ id, parts: own }) =>
    own.map(({ entries }, number) => [id, number, entries.length, bytesOf(entries), JSON.stringify(entries)]),
  )
  for (let start = 0; start < parts.length; start += rowsAtOnce) {
    const some = parts.slice(start, start + rowsAtOnce)
    const values = some.map(() => `(?, ?, 'queued', ?, ?, ?, 0, 0, 0)`).join(', ')
    const insert = `INSERT INTO fleet_parts (study, number, state, entries, bytes, plan, failed, begun, sent) VALUES ${values}`
    await sql.run(insert, ...some.flat())
  }
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((total, { size = 0 }) => total + size, 0)
}

/** Of what is moved, and how: of two equal ones, the second has nothing to do. */
function digestOf({ spec }: FleetRun, entries: readonly Entry[]): Buffer {
  const { from, to, layout, existing, transforms, tier, retainUntil, verify } = spec
  const hash = createHash('sha256')
  hash.update(JSON.stringify([from, to, layout, existing, transforms, tier, retainUntil, verify]))
  for (const { path, size, version, modified, digests } of entries) {
    hash.update(JSON.stringify([path, size, version, modified, digests]))
  }
  return hash.digest()
}
