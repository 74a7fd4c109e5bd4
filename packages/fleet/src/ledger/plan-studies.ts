import { createHash } from 'node:crypto'

import type { Entry } from '@gantry/core'
import { first, type SqlDatabase, type SqlWriter } from '@gantry/sqlite'

import type { FleetRun, NewStudy, Planned, StudyState } from './records.ts'

interface StudyRow {
  readonly state: StudyState
  readonly plan: Uint8Array
  readonly run_state: FleetRun['state']
}

/**
 * Writes studies down. One that waits already stays as it was planned, because a worker may be at it; one that is done stays
 * done if it was the very same; any other is planned anew.
 */
export async function planStudies(
  database: SqlDatabase,
  run: FleetRun,
  studies: readonly NewStudy[],
): Promise<Planned[]> {
  const now = Date.now()
  return await database.write(async (sql) => {
    const planned: Planned[] = []
    for (const study of studies) planned.push(await planStudy(sql, run, study, now))
    return planned
  })
}

async function planStudy(sql: SqlWriter, run: FleetRun, { id, parts }: NewStudy, now: number): Promise<Planned> {
  const select = `SELECT fleet_studies.state, plan, fleet_runs.state AS run_state FROM fleet_studies
 JOIN fleet_runs ON fleet_runs.id = run WHERE fleet_studies.id = ?`
  const known = await first(sql.all<StudyRow>(select, id))
  const digest = digestOf(
    run,
    parts.flatMap(({ entries }) => entries),
  )
  if (known?.state === 'queued' && known.run_state !== 'cancelled') {
    const left = `SELECT number FROM fleet_parts WHERE study = ? AND state <> 'verified' ORDER BY number`
    const numbers = await sql.all<{ number: number }>(left, id)
    return { id, outcome: 'waits', parts: numbers.map(({ number }) => number) }
  }
  if (known?.state === 'done' && digest.equals(known.plan)) return { id, outcome: 'done', parts: [] }
  const entries = parts.reduce((count, part) => count + part.entries.length, 0)
  const values = [
    run.id,
    digest,
    parts.length,
    entries,
    bytesOf(parts.flatMap((part) => part.entries)),
    now,
    id,
  ] as const
  if (known === undefined) {
    const insert = `INSERT INTO fleet_studies (run, plan, state, parts, entries, bytes, queued, id)
 VALUES (?, ?, 'queued', ?, ?, ?, ?, ?)`
    await sql.run(insert, ...values)
  } else {
    const update = `UPDATE fleet_studies SET run = ?, plan = ?, state = 'queued', parts = ?, entries = ?, bytes = ?,
 queued = ?, ended = NULL WHERE id = ?`
    await sql.run(update, ...values)
    await sql.run('DELETE FROM fleet_parts WHERE study = ?', id)
  }
  const insert = `INSERT INTO fleet_parts (study, number, state, entries, bytes, plan, failed, begun, sent)
 VALUES (?, ?, 'queued', ?, ?, ?, 0, 0, 0)`
  for (const [number, part] of parts.entries()) {
    await sql.run(insert, id, number, part.entries.length, bytesOf(part.entries), JSON.stringify(part.entries))
  }
  return { id, outcome: 'queue', parts: parts.map((_, number) => number) }
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
