import { describe, expect, test } from 'vitest'

import { started, taken, tell } from '../../model/tell.ts'
import { restoreState } from './restore.ts'
import { createJobState, noTally } from './state.ts'

const added = { type: 'plan:added', added: { entries: 2, bytes: 20 } } as const
const ended = (phase: string) => ({ type: 'ended', phase })

describe('pausing while the source is listed', () => {
  const paused = tell(createJobState(), { type: 'job:plan' }, added, { type: 'job:pause' })

  test('rests only when the planner has stopped', () => {
    expect(paused.effects).toEqual([{ type: 'plan' }, { type: 'stop' }])
    const stopped = tell(paused.state, { type: 'plan:failed', code: 'cancelled' })
    expect(stopped.effects).toEqual([ended('paused')])
    expect(stopped.state.failure).toBeUndefined()
  })

  test('what the old planner says after the job was resumed does not count, and a new one begins after it', () => {
    const resumed = tell(paused.state, { type: 'job:resume' }, added)
    expect(resumed.effects).toEqual([])
    const anew = tell(resumed.state, { type: 'plan:done' })
    expect(anew.effects).toEqual([{ type: 'plan' }])
    expect(anew.state).toMatchObject({ phase: 'planning', planned: false, total: noTally })
    const planned = tell(anew.state, added, { type: 'plan:done' })
    expect(planned.state).toMatchObject({ phase: 'ready', planned: true, total: { entries: 2, bytes: 20 } })
  })

  test('cleaning waits for the planner, which could still write to the journal', () => {
    const cancelled = tell(createJobState(), { type: 'job:plan' }, { type: 'job:cancel' })
    expect(cancelled.effects).toEqual([{ type: 'plan' }, { type: 'stop' }])
    const rest = tell(cancelled.state, { type: 'plan:failed', code: 'cancelled' }, { type: 'job:cleaned' })
    expect(rest.effects).toEqual([{ type: 'clean' }, ended('cancelled')])
  })
})

describe('verifying', () => {
  const moved = tell(started(2, { verify: true }), taken(1, 2), { type: 'entry:done', id: 1, verified: false })
  const verifying = tell(moved.state, { type: 'entry:skipped', id: 2 })
  const mismatch = { type: 'verify:mismatch', id: 1, bytes: 10, verified: false } as const

  test('begins when all is moved, also when all was there already', () => {
    expect(verifying.effects).toEqual([{ type: 'verify' }])
    const skipped = tell(started(1, { verify: true }), taken(1), { type: 'entry:skipped', id: 1 })
    expect(skipped.state.phase).toBe('verifying')
  })

  test('counts what is not there as it should be as failed, and what was read back as verified', () => {
    expect(verifying.state.unverified).toBe(1)
    const one = tell(verifying.state, mismatch, { type: 'verify:checked', unverified: 0 })
    expect(one.state).toMatchObject({
      phase: 'completed',
      done: noTally,
      failed: { entries: 1, bytes: 10 },
      unverified: 0,
    })
    const other = tell(verifying.state, { ...mismatch, id: 2, verified: true, skipped: true })
    expect(other.state).toMatchObject({ skipped: noTally, done: { entries: 1, bytes: 10 }, unverified: 1 })
  })

  test('counts what a verifier found before it stopped, and begins anew when the job is resumed', () => {
    const resumed = tell(verifying.state, { type: 'job:pause' }, mismatch, { type: 'job:resume' })
    expect(resumed.state.failed.entries).toBe(1)
    expect(resumed.effects).toEqual([{ type: 'stop' }])
    const anew = tell(resumed.state, { type: 'verify:checked', unverified: 0 })
    expect(anew).toMatchObject({ effects: [{ type: 'verify' }], state: { phase: 'verifying' } })
  })

  test('that fails leaves a job that can be resumed', () => {
    const failed = tell(verifying.state, { type: 'verify:failed', code: 'unavailable' })
    expect(failed.state).toMatchObject({ phase: 'failed', failure: 'unavailable' })
    expect(tell(failed.state, { type: 'job:resume' }).effects).toEqual([{ type: 'verify' }])
  })
})

describe('trying again what failed', () => {
  const failure = { type: 'entry:failed', id: 1, code: 'invalid', retryable: false, side: 'source' } as const
  const completed = tell(started(1), taken(1), failure).state

  test('reopens it before it is taken, and renews the budget of retries', () => {
    const again = tell({ ...completed, retries: 9 }, { type: 'job:retry' })
    expect(again.effects).toEqual([{ type: 'reopen' }, { type: 'take', count: 1 }])
    expect(again.state).toMatchObject({ phase: 'running', failed: noTally, retries: 0 })
  })

  test('does nothing where nothing failed', () => {
    const state = tell(started(1), taken(1), { type: 'entry:done', id: 1, verified: true }).state
    expect(tell(state, { type: 'job:retry' })).toEqual({ state, effects: [] })
  })
})

describe('a process that finds a job', () => {
  const record = {
    sized: true,
    verify: false,
    total: { entries: 3, bytes: 30 },
    pending: { entries: 2, bytes: 20 },
    done: { entries: 1, bytes: 10 },
    skipped: noTally,
    failed: noTally,
    unverified: 0,
  }

  test.each([
    ['draft', false, 'draft'],
    ['planning', false, 'draft'],
    ['planning', true, 'ready'],
    ['ready', true, 'ready'],
    ['running', true, 'paused'],
    ['verifying', true, 'paused'],
    ['paused', true, 'paused'],
    ['failed', true, 'failed'],
    ['completed', true, 'paused'],
    ['cancelling', true, 'cancelling'],
    ['cancelled', true, 'cancelled'],
  ] as const)('%s, planned %s: %s', (phase, planned, expected) => {
    expect(restoreState({ ...record, phase, planned }).phase).toBe(expected)
  })

  test('goes on with cancelling', () => {
    const found = restoreState({ ...record, phase: 'cancelling', planned: true })
    expect(tell(found, { type: 'job:resume' }).effects).toEqual([{ type: 'clean' }])
  })

  test('goes on with all that is pending', () => {
    const found = restoreState({ ...record, phase: 'running', planned: true }, { concurrency: 2 })
    expect(tell(found, { type: 'job:resume' }).effects).toEqual([{ type: 'take', count: 2 }])
  })

  test('counts a plan that was not finished from nothing', () => {
    const found = restoreState({ ...record, phase: 'draft', planned: false })
    expect(tell(found, { type: 'job:plan' }, added).state.total).toEqual(added.added)
  })
})
