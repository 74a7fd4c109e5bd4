import type { JobRecord, JobSpec, Phase } from '@gantry/core'

import type { SqliteDatabase } from './sqlite-database.ts'
import { tallyOf } from './sqlite-rows.ts'
import { status } from './sqlite-schema.ts'

/** How far the job of a journal is. Looks at every entry. */
export function loadRecord(database: SqliteDatabase, { verify }: JobSpec): JobRecord {
  const job = database.one<{ phase: Phase; planned: number }>('SELECT phase, planned FROM job')
  const rows = database.all<{
    status: number
    entries: number
    bytes: number
    unverified: number
    unsized: number
  }>(
    `SELECT status, count(*) entries, total(size) bytes, sum(verified = 0) unverified,
 sum(size IS NULL) unsized FROM entries GROUP BY status`,
  )
  return {
    phase: job?.phase ?? 'draft',
    planned: job?.planned === 1,
    verify,
    sized: rows.every(({ unsized }) => unsized === 0),
    total: tallyOf(rows, Object.values(status)),
    pending: tallyOf(rows, [status.pending, status.active]),
    done: tallyOf(rows, [status.done]),
    skipped: tallyOf(rows, [status.same, status.exists]),
    failed: tallyOf(rows, [status.failed]),
    unverified: rows.find((row) => row.status === status.done)?.unverified ?? 0,
  }
}
