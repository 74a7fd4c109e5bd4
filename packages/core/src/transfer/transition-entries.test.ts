import { describe, expect, test } from 'vitest'

import { started, taken, tell } from '../../model/tell.ts'
import type { TransferEvent } from './event.ts'
import { createJobState } from './state.ts'

const lost = { type: 'entry:failed', code: 'unavailable', retryable: true, side: 'source' } as const
const done = (id: number): TransferEvent => ({ type: 'entry:done', id, verified: true })
const transfer = (id: number, attempt = 1) => ({ type: 'transfer', id, attempt })

describe('slots', () => {
  test('are filled up to the limit, with one question at a time', () => {
    const state = started(9, { limits: { concurrency: 3 } })
    expect(state.asked).toBe(3)
    const one = tell(state, taken(1, 2, 3), done(1))
    expect(one.effects.at(-1)).toEqual({ type: 'take', count: 1 })
    const two = tell(one.state, done(2))
    expect(two.effects).toEqual([])
    expect(tell(two.state, taken(4)).effects).toEqual([transfer(4), { type: 'take', count: 1 }])
  })

  test('a higher limit fills more at once, a lower one waits for entries to leave', () => {
    const state = tell(started(9, { limits: { concurrency: 2 } }), taken(1, 2)).state
    const more = tell(state, { type: 'limit:changed', concurrency: 4 })
    expect(more.effects).toEqual([{ type: 'take', count: 2 }])
    const fewer = tell(state, { type: 'limit:changed', concurrency: 1 }, done(1))
    expect(fewer.effects).toEqual([])
    expect(tell(fewer.state, done(2)).effects).toEqual([{ type: 'take', count: 1 }])
  })

  test('a limit that is no whole number from 1 is passed over', () => {
    const state = started(1)
    for (const concurrency of [0, -1, 1.5, Number.NaN]) {
      expect(tell(state, { type: 'limit:changed', concurrency }).state).toBe(state)
    }
  })

  test.each([{ concurrency: 0 }, { concurrency: 1.5 }, { attempts: 0 }, { retries: -1 }, { retries: Number.NaN }])(
    'a job is refused that may do nothing: %o',
    (limits) => {
      expect(() => createJobState({ limits })).toThrow(expect.objectContaining({ code: 'invalid' }))
    },
  )

  test('a journal that lost entries fails the job instead of ending it short', () => {
    const { state, effects } = tell(started(1), taken())
    expect(state).toMatchObject({ phase: 'failed', failure: 'internal' })
    expect(effects.at(-1)).toEqual({ type: 'ended', phase: 'failed' })
  })
})

describe('a failed entry', () => {
  test('waits for another attempt, as long as the service asked for', () => {
    const state = tell(started(1), taken(1)).state
    const waiting = tell(state, { ...lost, id: 1, retryAfter: 5000 })
    expect(waiting.effects).toEqual([{ type: 'wait', id: 1, attempt: 2, retryAfter: 5000 }])
    expect(tell(waiting.state, { type: 'entry:due', id: 1 }).effects).toEqual([transfer(1, 2)])
  })

  test('counts as failed when its attempts are used up', () => {
    const again: TransferEvent[] = [
      { ...lost, id: 1 },
      { type: 'entry:due', id: 1 },
    ]
    const { state } = tell(started(1, { limits: { attempts: 3 } }), taken(1), ...again, ...again, ...again)
    expect(state).toMatchObject({ phase: 'completed', failed: { entries: 1, bytes: 10 }, retries: 2 })
  })

  test('counts as failed when the budget of the job is used up', () => {
    const job = tell(started(3, { limits: { retries: 1 } }), taken(1, 2, 3))
    const { state, effects } = tell(job.state, { ...lost, id: 1 }, { ...lost, id: 2 })
    expect(effects).toEqual([{ type: 'wait', id: 1, attempt: 2 }])
    expect(state.failed.entries).toBe(1)
  })

  test('is not tried again when that would change nothing', () => {
    const { state } = tell(started(1), taken(1), { ...lost, id: 1, code: 'invalid', retryable: false })
    expect(state).toMatchObject({ phase: 'completed', failed: { entries: 1, bytes: 10 } })
  })

  test.each([
    ['unauthenticated', 'source'],
    ['permission_denied', 'destination'],
    ['read_only', 'destination'],
    ['not_found', 'destination'],
  ] as const)('with %s of the %s stops the job, which can be resumed', (code, side) => {
    const { state, effects } = tell(started(2), taken(1, 2), { ...lost, id: 1, code, side, retryable: false })
    expect(state).toMatchObject({ phase: 'failed', failure: code, pending: { entries: 1, bytes: 10 } })
    expect(effects.at(-1)).toEqual({ type: 'stop' })
    const rest = tell(state, { type: 'entry:released', id: 2 })
    expect(rest.effects).toEqual([{ type: 'ended', phase: 'failed' }])
    expect(tell(rest.state, { type: 'job:resume' }).effects).toEqual([{ type: 'take', count: 2 }])
  })

  test.each(['permission_denied', 'not_found'] as const)('with %s of the source concerns itself alone', (code) => {
    const event = { ...lost, id: 1, code, side: 'source', retryable: false } as const
    expect(tell(started(2), taken(1, 2), event).state).toMatchObject({ phase: 'running', failed: { entries: 1 } })
  })
})

describe('after a stop', () => {
  test('what the journal hands over late is stopped as well', () => {
    const late = tell(started(2), { type: 'job:pause' }, taken(1, 2))
    expect(late.effects).toEqual([{ type: 'stop' }, transfer(1), transfer(2), { type: 'stop' }])
  })

  test('an entry that comes due is stopped as well', () => {
    const waiting = tell(started(1), taken(1), { ...lost, id: 1 }, { type: 'job:cancel' })
    expect(tell(waiting.state, { type: 'entry:due', id: 1 }).effects).toEqual([transfer(1, 2), { type: 'stop' }])
  })

  test('a failure that may pass leaves the entry pending, one that may not counts', () => {
    const paused = tell(started(2), taken(1, 2), { type: 'job:pause' }).state
    const { state } = tell(paused, { ...lost, id: 1 }, { ...lost, id: 2, code: 'invalid', retryable: false })
    expect(state).toMatchObject({ phase: 'paused', pending: { entries: 1 }, failed: { entries: 1 } })
  })

  test('and a resumption at once, entries that stopped are taken again', () => {
    const job = tell(started(1), taken(1), { type: 'job:pause' }, { type: 'job:resume' })
    expect(tell(job.state, { type: 'entry:released', id: 1 }).effects).toEqual([{ type: 'take', count: 1 }])
  })
})

describe('late and repeated answers', () => {
  test('of entries that are not in flight change nothing', () => {
    const { state } = tell(started(1), taken(1), done(1))
    for (const event of [done(1), { ...lost, id: 1 }, { type: 'entry:released', id: 1 }, taken(1)] as TransferEvent[]) {
      expect(tell(state, event)).toEqual({ state, effects: [] })
    }
  })

  test('a lost answer that arrives while its entry waits for another attempt counts', () => {
    const { state, effects } = tell(started(1), taken(1), { ...lost, id: 1 }, done(1), { type: 'entry:due', id: 1 })
    expect(state).toMatchObject({ phase: 'completed', done: { entries: 1, bytes: 10 } })
    expect(effects.filter(({ type }) => type === 'transfer')).toHaveLength(1)
  })
})
