import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import {
  adaptConcurrency,
  type ConcurrencyState,
  createConcurrency,
  highestConcurrency,
  lowestConcurrency,
} from './concurrency.ts'

/** Bytes a second that a service gives to so many requests at a time. */
type Service = (limit: number) => number

/** More is better up to `best`, and worse beyond. */
function peak(best: number): Service {
  return (limit) => 1e6 * (limit <= best ? limit : best ** 2 / limit)
}

/** Limits of so many windows of a second, in a row. */
function run(state: ConcurrencyState, service: Service, windows: number, throttledAbove = Number.POSITIVE_INFINITY) {
  const limits: number[] = []
  let now = state
  for (let window = 0; window < windows; window += 1) {
    const throttled = now.limit > throttledAbove ? 1 : 0
    now = adaptConcurrency(now, { elapsed: 1000, bytes: service(now.limit), entries: 0, throttled })
    limits.push(now.limit)
  }
  return { state: now, limits }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

describe('with a service that has an optimum', () => {
  const bests = [4, 6, 10, 16, 24, 40, 64]

  test.each(bests.flatMap((best) => [4, 16, 64].map((first) => [best, first] as const)))(
    'of %i, from %i, it gets at least four fifths of the best',
    (best, first) => {
      const { limits } = run(createConcurrency(first), peak(best), 300)
      const rates = limits.slice(100).map((limit) => peak(best)(limit))
      expect(mean(rates)).toBeGreaterThan(0.8 * peak(best)(best))
    },
  )

  test('it goes to the most where more is always better, and leaves it only for a trial now and then', () => {
    const { limits } = run(createConcurrency(), (limit) => limit * 1e6, 300)
    expect(limits[10]).toBe(highestConcurrency)
    expect(mean(limits.slice(10))).toBeGreaterThan(0.98 * highestConcurrency)
  })

  test('it doubles at first, so that a short job is not over before it has what it needs', () => {
    expect(run(createConcurrency(), (limit) => limit * 1e6, 3).limits).toEqual([32, 64, 64])
    // One doubling too many is taken back, and from there on it climbs.
    const { limits } = run(createConcurrency(4), peak(12), 4)
    expect(limits).toEqual([8, 16, 8, 10])
  })

  test('it stays low where more brings nothing, but for a trial now and then', () => {
    const { limits } = run(createConcurrency(), () => 1e6, 200)
    expect(limits.slice(0, 2)).toEqual([32, 16])
    expect(Math.max(...limits.slice(1))).toBeLessThanOrEqual(25)
    expect(limits.filter((limit) => limit > 20).length).toBeLessThan(20)
  })

  test('it finds out when a slow service has become a fast one', () => {
    const slow = run(createConcurrency(), peak(4), 60)
    expect(slow.limits.at(-1)).toBeLessThanOrEqual(6)
    expect(run(slow.state, peak(64), 60).limits.at(-1)).toBe(64)
  })

  test('small entries count as more than their bytes', () => {
    const state = adaptConcurrency(createConcurrency(), { elapsed: 1000, bytes: 1e6, entries: 100, throttled: 0 })
    const more = adaptConcurrency(state, { elapsed: 1000, bytes: 1e6, entries: 200, throttled: 0 })
    expect(more.limit).toBeGreaterThan(state.limit)
  })
})

describe('when a service throttles', () => {
  const window = { elapsed: 1000, bytes: 1e6, entries: 1, throttled: 3 }

  test('it halves, and sits still for a while', () => {
    const state = adaptConcurrency(createConcurrency(40), window)
    expect(state.limit).toBe(20)
    const { limits } = run(state, (limit) => limit * 1e6, 5)
    expect(limits.slice(0, 4)).toEqual([20, 20, 20, 20])
    expect(limits[4]).toBeGreaterThan(20)
  })

  test('it halves again when that was not enough, down to the lowest', () => {
    let state = createConcurrency(64)
    const limits = Array.from({ length: 6 }, () => (state = adaptConcurrency(state, window)).limit)
    expect(limits).toEqual([32, 16, 8, lowestConcurrency, lowestConcurrency, lowestConcurrency])
  })

  test('it stays near what the service takes, and recovers when it takes more', () => {
    const throttled = run(createConcurrency(64), (limit) => limit * 1e6, 300, 20)
    expect(mean(throttled.limits.slice(50))).toBeGreaterThan(12)
    expect(Math.max(...throttled.limits.slice(1))).toBeLessThanOrEqual(32)
    expect(run(throttled.state, (limit) => limit * 1e6, 40).limits.at(-1)).toBe(highestConcurrency)
  })
})

test('a window in which nothing moved says nothing', () => {
  const state = run(createConcurrency(), peak(64), 3).state
  const nothing = { elapsed: 1000, bytes: 0, entries: 0, throttled: 0 }
  expect(adaptConcurrency(state, nothing)).toBe(state)
  expect(adaptConcurrency(state, { ...nothing, elapsed: 0, bytes: 5 })).toBe(state)
})

test('it stays within its bounds, whatever is measured', () => {
  const windows = fc.array(
    fc.record({
      elapsed: fc.integer({ min: -1, max: 5000 }),
      bytes: fc.oneof(fc.constant(0), fc.nat()),
      entries: fc.nat(1000),
      throttled: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(9) }),
    }),
    { size: '+1' },
  )
  const property = fc.property(fc.integer({ min: 4, max: 64 }), windows, (first, measured) => {
    let state = createConcurrency(first)
    for (const window of measured) {
      state = adaptConcurrency(state, window)
      expect(Number.isInteger(state.limit)).toBe(true)
      expect(state.limit).toBeGreaterThanOrEqual(lowestConcurrency)
      expect(state.limit).toBeLessThanOrEqual(highestConcurrency)
    }
  })
  fc.assert(property, propertyParameters(300))
})
