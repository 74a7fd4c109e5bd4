import { describe, expect, test } from 'vitest'

import { started, tell } from '../../model/tell.ts'
import type { TransferEvent } from './event.ts'
import { progressOf } from './progress.ts'
import { noTally, type Tally } from './state.ts'

const tally = (entries: number, bytes = entries * 10): Tally => ({ entries, bytes })
const unit = (id: number, entries: number): TransferEvent => ({
  type: 'entries:taken',
  entries: [{ id, entries, bytes: entries * 10, attempt: 1 }],
})
const settled = (left: Tally, more: Partial<Extract<TransferEvent, { type: 'entries:settled' }>>): TransferEvent => ({
  type: 'entries:settled',
  id: -1,
  done: noTally,
  skipped: noTally,
  failed: noTally,
  unverified: 0,
  left,
  ...more,
})
const lost = { type: 'entry:failed', id: -1, code: 'unavailable', retryable: true, side: 'source' } as const

describe('a unit of several entries', () => {
  const job = tell(started(5, { limits: { concurrency: 1, attempts: 2 } }), unit(-1, 4)).state

  test('has one slot, and leaves when nothing of it is left', () => {
    expect(job).toMatchObject({ pending: tally(1), inFlight: new Map([[-1, { entries: 4, bytes: 40 }]]) })
    expect(progressOf(job, { moving: 0, comparing: 0, compared: 0 }, 0).inFlight).toBe(4)
    const half = tell(job, settled(tally(2), { done: tally(1), skipped: tally(1) }))
    expect(half.effects).toEqual([])
    const rest = tell(half.state, settled(noTally, { failed: tally(1), done: tally(1), unverified: 1 }))
    expect(rest.effects).toEqual([{ type: 'take', count: 1 }])
    expect(rest.state).toMatchObject({ done: tally(2), skipped: tally(1), failed: tally(1), unverified: 1 })
  })

  test('counts once what is told twice', () => {
    const event = settled(tally(3), { done: tally(1) })
    const once = tell(job, event).state
    expect(tell(once, event).state).toBe(once)
  })

  test('counts what entries turned out to have', () => {
    const { state } = tell(job, settled(tally(3), { done: tally(1, 25) }))
    expect(state).toMatchObject({ total: tally(5, 65), done: tally(1, 25) })
  })

  test('is tried again with what is left of it, and fails with that alone', () => {
    const waiting = tell(job, settled(tally(3), { failed: tally(1) }), lost)
    expect(waiting.effects).toEqual([{ type: 'wait', id: -1, attempt: 2 }])
    const over = tell(waiting.state, { type: 'entry:due', id: -1 }, lost)
    expect(over.state).toMatchObject({ failed: tally(4), pending: tally(1) })
  })

  test('is tried once more when what it failed at has ended, unless the job has no retries left', () => {
    const last = tell(job, lost, { type: 'entry:due', id: -1 }).state
    const more = tell(last, settled(tally(3), { failed: tally(1) }), { ...lost, retryAfter: 5, onceMore: true })
    expect(more.effects).toEqual([{ type: 'wait', id: -1, attempt: 3, retryAfter: 5 }])
    expect(more.state).toMatchObject({ retries: 2, failed: tally(1) })
    expect(tell(more.state, { type: 'entry:due', id: -1 }, lost).state).toMatchObject({ failed: tally(4) })
    const spent = { ...last, limits: { ...last.limits, retries: 1 } }
    expect(tell(spent, { ...lost, onceMore: true }).state).toMatchObject({ failed: tally(4), retries: 1 })
  })

  test('is not given up while some of it gets done', () => {
    const round: TransferEvent[] = [lost, { type: 'entry:due', id: -1 }]
    const { state } = tell(job, ...round, settled(tally(3), { done: tally(1) }), ...round)
    expect(state.inFlight.get(-1)).toMatchObject({ attempt: 2, waiting: false, entries: 3 })
  })

  test('is pending again when it is released, or the process is gone', () => {
    const stopped = tell(job, settled(tally(3), { done: tally(1) }), { type: 'job:pause' }).state
    expect(tell(stopped, { type: 'entry:released', id: -1 }).state).toMatchObject({ pending: tally(4) })
    expect(tell(stopped, { type: 'job:recover' }).state).toMatchObject({ pending: tally(4), inFlight: new Map() })
  })

  test('that is more than what is pending is none', () => {
    expect(tell(started(2), unit(-1, 3)).state).toMatchObject({ phase: 'failed', failure: 'internal' })
  })
})
