import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import { started, taken, tell } from '../../model/tell.ts'
import { measureRate, progressOf, type Rate } from './progress.ts'
import { createJobState } from './state.ts'

describe('the rate', () => {
  test('is unknown at first, and then what was measured', () => {
    const first = measureRate(undefined, 1000, 0)
    expect(first.perSecond).toBeUndefined()
    expect(measureRate(first, 3000, 500).perSecond).toBeCloseTo(4000)
  })

  test('is near what it is from the first second on, whatever the first moments were', () => {
    const after = (seconds: number, bytesAt: (now: number) => number) => {
      let rate = measureRate(undefined, 0, 0)
      for (let now = 200; now <= seconds * 1000; now += 200) rate = measureRate(rate, bytesAt(now), now)
      return rate.perSecond ?? 0
    }
    // Ten seconds in which nothing had to move, or a moment of slow start, or a burst: then 1,000 bytes a second.
    expect(after(11, (now) => Math.max(0, now - 10_000))).toBeCloseTo(1000)
    expect(after(1, (now) => Math.max(1, now - 200))).toBeGreaterThan(750)
    expect(after(2, (now) => 250 + now)).toBeLessThan(1200)
  })

  test('goes half the way to a new rate in four seconds, however often it is read', () => {
    const steady: Rate = { bytes: 0, at: 0, perSecond: 1000 }
    expect(measureRate(steady, 0, 4000).perSecond).toBeCloseTo(500)
    let rate = steady
    for (let now = 100; now <= 4000; now += 100) rate = measureRate(rate, 0, now)
    expect(rate.perSecond).toBeCloseTo(500)
  })

  test('does not change when the clock stands still or goes back, and outlives a failed attempt', () => {
    const rate: Rate = { bytes: 500, at: 1000, perSecond: 100 }
    expect(measureRate(rate, 900, 1000)).toBe(rate)
    expect(measureRate(rate, 900, 10)).toBe(rate)
    expect(measureRate(rate, 100, 2000)).toEqual({ bytes: 100, at: 2000, perSecond: 100 })
  })

  test('is never negative, and never more than the fastest moment', () => {
    const readings = fc.array(fc.record({ bytes: fc.nat(1e6), after: fc.integer({ min: -10, max: 5000 }) }))
    const property = fc.property(readings, (given) => {
      let rate: Rate | undefined
      let now = 0
      for (const { bytes, after } of given) {
        now += after
        rate = measureRate(rate, bytes, now)
        expect(rate.perSecond ?? 0).toBeGreaterThanOrEqual(0)
        expect(rate.perSecond ?? 0).toBeLessThanOrEqual(1e9)
      }
    })
    fc.assert(property, propertyParameters(300))
  })
})

/** Bytes on their way, and those that are compared. */
function passing(moving: number, comparing = 0, compared = comparing) {
  return { moving, comparing, compared }
}

describe('progress', () => {
  const moving = tell(started(4), taken(1, 2), { type: 'entry:done', id: 1, verified: true }).state

  test('counts what is done, skipped and on its way', () => {
    expect(progressOf(moving, passing(5), 5)).toEqual({
      phase: 'running',
      sized: true,
      total: { entries: 4, bytes: 40 },
      done: { entries: 1, bytes: 10 },
      skipped: { entries: 0, bytes: 0 },
      failed: { entries: 0, bytes: 0 },
      inFlight: 1,
      retries: 0,
      bytes: 15,
      comparing: 0,
      compared: 0,
      rate: 5,
      eta: 5000,
    })
  })

  test('does not know when it ends while nothing moves', () => {
    expect(progressOf(moving, passing(0), 0).eta).toBeUndefined()
    expect(progressOf(createJobState(), passing(0), 0)).toMatchObject({ bytes: 0, eta: undefined })
  })

  test('does not wait for what has failed', () => {
    const event = { type: 'entry:failed', id: 2, code: 'invalid', retryable: false, side: 'source' } as const
    expect(progressOf(tell(moving, event).state, passing(0), 10)).toMatchObject({ bytes: 10, eta: 2000 })
  })

  test('knows when it ends while bytes are only compared', () => {
    expect(progressOf(moving, passing(0, 6), 4)).toMatchObject({ bytes: 10, comparing: 6, eta: 6000 })
    // What was compared and is there counts as skipped, and as compared.
    const skipped = tell(moving, { type: 'entry:skipped', id: 2 }).state
    expect(progressOf(skipped, passing(0, 0, 10), 4)).toMatchObject({ bytes: 20, compared: 10, eta: 5000 })
  })

  test('counts what is read back while it verifies, and does not guess what of the skipped is', () => {
    const all = started(2, { verify: true })
    const one = [taken(1, 2), { type: 'entry:done', id: 1, verified: true }] as const
    const { state: done } = tell(all, ...one, { type: 'entry:done', id: 2, verified: true })
    const verifying = { phase: 'verifying', bytes: 20, compared: 5 }
    expect(progressOf(done, passing(0, 0, 5), 5)).toMatchObject({ ...verifying, eta: 3000 })
    const { state: skipped } = tell(all, ...one, { type: 'entry:skipped', id: 2 })
    expect(progressOf(skipped, passing(0, 0, 5), 5)).toMatchObject({ ...verifying, eta: undefined })
  })

  test('learns how long something is also where it is there already', () => {
    const { state } = tell(started(2), taken(1), { type: 'entry:skipped', id: 1, bytes: 25 })
    expect(progressOf(state, passing(0), 0)).toMatchObject({
      total: { entries: 2, bytes: 35 },
      skipped: { entries: 1, bytes: 25 },
      bytes: 25,
    })
  })

  test('is never more than all, whatever grew on its way', () => {
    expect(progressOf(moving, passing(1000), 1)).toMatchObject({ bytes: 40, eta: 0 })
  })

  test('never goes back while nothing fails', () => {
    const property = fc.property(fc.array(fc.boolean(), { maxLength: 10 }), (skips) => {
      let state = started(skips.length)
      let last = 0
      for (const [index, skip] of skips.entries()) {
        const id = index + 1
        state = tell(state, taken(id)).state
        for (const bytes of [0, 4, 10]) {
          const now = progressOf(state, passing(bytes), 1).bytes
          expect(now).toBeGreaterThanOrEqual(last)
          last = now
        }
        state = tell(state, skip ? { type: 'entry:skipped', id } : { type: 'entry:done', id, verified: true }).state
      }
      expect(progressOf(state, passing(0), 1).bytes).toBe(state.total.bytes)
    })
    fc.assert(property, propertyParameters(200))
  })
})
