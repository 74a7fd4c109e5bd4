import type { TransferEvent } from '../src/transfer/event.ts'
import { noTally } from '../src/transfer/state.ts'

/** Bytes of every entry in the examples. */
const entryBytes = 10

/** Every type of event, about two entries of ten bytes and with all that makes a difference to what is decided. */
export const exampleEvents: readonly TransferEvent[] = [
  { type: 'job:plan' },
  { type: 'job:start' },
  { type: 'job:pause' },
  { type: 'job:resume' },
  { type: 'job:cancel' },
  { type: 'job:retry' },
  { type: 'job:recover' },
  { type: 'plan:added', added: { entries: 1, bytes: entryBytes } },
  { type: 'plan:done' },
  { type: 'plan:failed', code: 'not_found' },
  { type: 'entries:taken', entries: [] },
  { type: 'entries:taken', entries: [{ id: 1, bytes: entryBytes, attempt: 1 }] },
  {
    type: 'entries:taken',
    entries: [
      { id: 1, bytes: entryBytes, attempt: 1 },
      { id: 2, bytes: entryBytes, attempt: 2 },
    ],
  },
  { type: 'entries:taken', entries: [{ id: 1, entries: 2, bytes: 2 * entryBytes, attempt: 1 }] },
  ...(['done', 'skipped', 'failed'] as const).flatMap((what): TransferEvent[] => [settled(what, 0), settled(what, 1)]),
  ...[1, 2].flatMap((id): TransferEvent[] => [
    { type: 'entry:due', id },
    { type: 'entry:done', id, verified: id === 1 },
    { type: 'entry:skipped', id },
    { type: 'entry:failed', id, code: 'unavailable', retryable: true, side: 'source' },
    { type: 'entry:failed', id, code: 'rate_limited', retryable: true, side: 'destination', retryAfter: 1000 },
    { type: 'entry:failed', id, code: 'read_only', retryable: false, side: 'destination' },
    { type: 'entry:failed', id, code: 'invalid', retryable: false, side: 'source' },
    { type: 'entry:released', id },
  ]),
  { type: 'limit:changed', concurrency: 0 },
  { type: 'limit:changed', concurrency: 1 },
  { type: 'limit:changed', concurrency: 2 },
  { type: 'verify:mismatch', id: 1, bytes: entryBytes, verified: true },
  { type: 'verify:mismatch', id: 2, bytes: entryBytes, verified: false },
  { type: 'verify:mismatch', id: 1, bytes: entryBytes, verified: true, skipped: true },
  { type: 'verify:checked', unverified: 0 },
  { type: 'verify:failed', code: 'unavailable' },
  { type: 'job:cleaned' },
]

/** One entry of the first unit has come to its end. */
function settled(what: 'done' | 'skipped' | 'failed', left: number): TransferEvent {
  const one = { [what]: { entries: 1, bytes: entryBytes } }
  const others = { done: noTally, skipped: noTally, failed: noTally, ...one }
  const unverified = what === 'done' ? left : 0
  return { type: 'entries:settled', id: 1, ...others, unverified, left: { entries: left, bytes: left * entryBytes } }
}
