import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import { defaultRetryTiming, retryDelay } from './retry-delay.ts'

const randoms = fc.double({ min: 0, max: 1, noNaN: true })

describe('the ceiling of the delay', () => {
  test('doubles with every attempt, up to the longest', () => {
    const ceilings = [2, 3, 4, 5, 6, 7, 8, 9, 10, 2000].map((attempt) => retryDelay(attempt, 1))
    expect(ceilings).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000, 20_000])
  })

  test('and anything below it can be waited, so that many do not come back at once', () => {
    expect([0, 0.25, 0.5].map((random) => retryDelay(5, random))).toEqual([0, 400, 800])
  })

  test('is as other timing says', () => {
    expect(retryDelay(4, 1, { timing: { base: 10, longest: 30 } })).toBe(30)
  })
})

describe('the first retry after a lost connection', () => {
  test('goes out at once, the second does not', () => {
    expect(retryDelay(2, 1, { immediate: true })).toBe(0)
    expect(retryDelay(3, 1, { immediate: true })).toBe(400)
  })

  test('waits when the service asked for it', () => {
    expect(retryDelay(2, 0, { immediate: true, retryAfter: 3000 })).toBe(3000)
  })
})

test.each([1e12, Number.POSITIVE_INFINITY])('a delay is no longer than a timer can wait: %d', (retryAfter) => {
  expect(retryDelay(2, 0, { retryAfter })).toBe(2 ** 31 - 1)
  expect(retryDelay(40, 1, { timing: { base: 200, longest: retryAfter } })).toBe(2 ** 31 - 1)
})

test('a service that asked for no number asked for nothing', () => {
  expect(retryDelay(2, 1, { retryAfter: Number.NaN })).toBe(200)
  expect(retryDelay(2, 1, { retryAfter: Number.NaN, immediate: true })).toBe(0)
})

test('a delay is whole milliseconds, and never less than the service asked for', () => {
  const property = fc.property(
    fc.nat(50),
    randoms,
    fc.nat(60_000),
    fc.boolean(),
    (attempt, random, retryAfter, immediate) => {
      const delay = retryDelay(attempt, random, { retryAfter, immediate })
      expect(Number.isSafeInteger(delay)).toBe(true)
      expect(delay).toBeGreaterThanOrEqual(retryAfter)
      expect(delay).toBeLessThanOrEqual(Math.max(retryAfter, defaultRetryTiming.longest))
    },
  )
  fc.assert(property, propertyParameters())
})
