import type { ErrorCode } from '../src/errors/error-code.ts'
import { isRetryableCode } from '../src/errors/error-code.ts'
import type { Side, TransferEvent } from '../src/transfer/event.ts'
import { noTally, type Tally } from '../src/transfer/state.ts'
import type { Obligation, SimulatedRun } from './simulated-run.ts'

/** Journals what an obligation came to, and gives what the machine is to be told of it: nothing, one event, or more. */
type Answer = (run: SimulatedRun, obligation: Obligation, more: number) => readonly TransferEvent[]

const failures: readonly { readonly code: ErrorCode; readonly side: Side; readonly retryAfter?: number }[] = [
  { code: 'unavailable', side: 'source' },
  { code: 'rate_limited', side: 'destination', retryAfter: 2000 },
  { code: 'integrity', side: 'destination' },
  { code: 'not_found', side: 'source' },
  { code: 'unauthenticated', side: 'source' },
  { code: 'read_only', side: 'destination' },
]

const transferFailures = failures.map(({ code, side, retryAfter }): Answer => {
  const retry = { retryable: isRetryableCode(code), ...(retryAfter !== undefined && { retryAfter }) }
  return (_, obligation) => [{ type: 'entry:failed', id: idOf(obligation), code, side, ...retry }]
})

const answers: { readonly [Type in Obligation['type']]: readonly [success: Answer, ...others: Answer[]] } = {
  plan: [
    (run, obligation) => {
      const added = list(run, obligation, run.sizes.length)
      run.journal.planned = true
      return [...added, { type: 'plan:done' }]
    },
    (run, obligation, more) => list(run, obligation, 1 + (more % 3)),
    () => [{ type: 'plan:failed', code: 'unavailable' }],
  ],
  take: [
    (run, obligation, more) => take(run, obligation, more, Number.POSITIVE_INFINITY),
    (run, obligation, more) => take(run, obligation, more, 1),
  ],
  transfer: [
    (run, obligation) => finish(run, obligation, 'done', true),
    (run, obligation) => finish(run, obligation, 'done', false),
    (run, obligation) => finish(run, obligation, 'skipped', true),
    (run, obligation) => finish(run, obligation, 'skipped', false),
    (run, obligation, more) => settleSome(run, obligation, more, 'done'),
    (run, obligation, more) => settleSome(run, obligation, more, 'skipped'),
    (run, obligation, more) => settleSome(run, obligation, more, 'failed'),
    ...transferFailures,
  ],
  wait: [(_, obligation) => [{ type: 'entry:due', id: idOf(obligation) }]],
  verify: [
    (run) => {
      for (const row of run.journal.having('done')) row.verified = true
      return [{ type: 'verify:checked', unverified: 0 }]
    },
    (run, _, more) => mismatch(run, more),
    () => [{ type: 'verify:failed', code: 'unavailable' }],
  ],
  clean: [() => [{ type: 'job:cleaned' }]],
}

/** What the runner says of something that was told to stop; it may also answer as if it had not heard. */
const stopped: { readonly [Type in Obligation['type']]?: Answer } = {
  plan: () => [{ type: 'plan:failed', code: 'cancelled' }],
  verify: () => [{ type: 'verify:failed', code: 'cancelled' }],
  transfer: release,
  wait: release,
}

/** Answers an obligation in one of the ways that it can end, or go on; `how` 0 is success. */
export function answer(run: SimulatedRun, obligation: Obligation, how: number, more: number): readonly TransferEvent[] {
  const released = obligation.stopped ? stopped[obligation.type] : undefined
  const ways = [...answers[obligation.type], ...(released === undefined ? [] : [released])]
  const events = (ways[how % ways.length] as Answer)(run, obligation, more)
  const over = events.some(
    (event) =>
      event.type !== 'plan:added' &&
      event.type !== 'verify:mismatch' &&
      (event.type !== 'entries:settled' || event.left.entries === 0),
  )
  if (over) run.obligations = run.obligations.filter((other) => other !== obligation)
  return events
}

function list(run: SimulatedRun, obligation: Obligation, most: number): TransferEvent[] {
  const from = obligation.progress
  const sizes = run.sizes.slice(from, from + most)
  const known = sizes.map((size) => (isUnsized(size) ? 0 : size))
  for (const [index, size] of sizes.entries()) run.journal.plan(from + index + 1, known[index] ?? 0, size)
  obligation.progress += sizes.length
  const bytes = known.reduce((sum, size) => sum + size, 0)
  const unsized = sizes.some((size) => isUnsized(size))
  return sizes.length === 0 ? [] : [{ type: 'plan:added', added: { entries: sizes.length, bytes }, unsized }]
}

function take(run: SimulatedRun, obligation: Obligation, first: number, most: number): TransferEvent[] {
  if (obligation.type !== 'take') return []
  return [{ type: 'entries:taken', entries: run.journal.take(Math.min(most, obligation.count), first) }]
}

function finish(
  run: SimulatedRun,
  obligation: Obligation,
  status: 'done' | 'skipped',
  verified: boolean,
): TransferEvent[] {
  const id = idOf(obligation)
  const rows = run.journal.active(id)
  for (const row of rows) run.journal.finish(row.id, status, verified)
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0)
  return [status === 'done' ? { type: 'entry:done', id, verified, bytes } : { type: 'entry:skipped', id, bytes }]
}

/** Brings some entries of a unit to their end; the rest goes on. */
function settleSome(
  run: SimulatedRun,
  obligation: Obligation,
  more: number,
  what: 'done' | 'skipped' | 'failed',
): TransferEvent[] {
  const id = idOf(obligation)
  const active = run.journal.active(id)
  const chosen = active.slice(0, 1 + (more % active.length))
  const rest = active.slice(chosen.length)
  for (const row of chosen) {
    if (what === 'failed') run.journal.set(row.id, 'failed')
    else run.journal.finish(row.id, what, row.id % 2 === 0)
  }
  const unverified = what === 'done' ? chosen.filter(({ verified }) => !verified).length : 0
  const none = { done: noTally, skipped: noTally, failed: noTally }
  return [{ type: 'entries:settled', id, ...none, [what]: tallyOf(chosen), unverified, left: tallyOf(rest) }]
}

function tallyOf(rows: readonly { readonly bytes: number }[]): Tally {
  return { entries: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) }
}

/** Some sizes are learned by moving alone. */
function isUnsized(size: number): boolean {
  return size % 5 === 4
}

function release(run: SimulatedRun, obligation: Obligation): TransferEvent[] {
  const id = idOf(obligation)
  for (const row of run.journal.active(id)) run.journal.set(row.id, 'pending')
  return [{ type: 'entry:released', id }]
}

function mismatch(run: SimulatedRun, more: number): TransferEvent[] {
  const there = run.journal.having('done', 'skipped')
  const row = there[more % there.length]
  if (row === undefined) return []
  const { id, bytes, verified, status } = row
  run.journal.set(id, 'failed')
  return [{ type: 'verify:mismatch', id, bytes, verified, ...(status === 'skipped' && { skipped: true }) }]
}

function idOf(obligation: Obligation): number {
  if ('id' in obligation) return obligation.id
  throw new Error(`${obligation.type} is about no entry.`)
}
