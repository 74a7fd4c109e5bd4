import type { TransferEvent } from './event.ts'

/** One event of every type, and both kinds of failure: what tables and diagrams are drawn from. */
export const exampleEvents: readonly TransferEvent[] = [
  { type: 'job:plan' },
  { type: 'job:start' },
  { type: 'job:pause' },
  { type: 'job:resume' },
  { type: 'job:cancel' },
  { type: 'job:retry' },
  { type: 'job:recover' },
  { type: 'plan:added', added: { entries: 1, bytes: 10 } },
  { type: 'plan:done' },
  { type: 'plan:failed', code: 'not_found' },
  { type: 'entries:taken', entries: [{ id: 7, bytes: 10, attempt: 1 }] },
  { type: 'entry:due', id: 1 },
  { type: 'entry:done', id: 1, verified: true },
  { type: 'entry:skipped', id: 1 },
  { type: 'entry:failed', id: 1, code: 'unavailable', retryable: true, side: 'source' },
  { type: 'entry:failed', id: 1, code: 'read_only', retryable: false, side: 'destination' },
  { type: 'entry:failed', id: 1, code: 'invalid', retryable: false, side: 'source' },
  { type: 'entry:released', id: 1 },
  { type: 'limit:changed', concurrency: 4 },
  { type: 'verify:mismatch', id: 1, bytes: 10, verified: true },
  { type: 'verify:checked', unverified: 0 },
  { type: 'verify:failed', code: 'unavailable' },
  { type: 'job:cleaned' },
]
