import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { propertyParameters } from '../../model/property-parameters.ts'
import { cutUpload, planParts } from './plan-parts.ts'

const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3
const tebibyte = 1024 ** 4
const s3 = { minPartSize: 5 * mebibyte, maxPartSize: 5 * gibibyte, maxParts: 10_000, parallel: true }

describe('on S3', () => {
  test.each([
    [0, { partSize: 16 * mebibyte, count: 1 }],
    [1, { partSize: 16 * mebibyte, count: 1 }],
    [16 * mebibyte, { partSize: 16 * mebibyte, count: 1 }],
    [16 * mebibyte + 1, { partSize: 16 * mebibyte, count: 2 }],
    [5 * gibibyte, { partSize: 16 * mebibyte, count: 320 }],
    [160_000 * mebibyte, { partSize: 16 * mebibyte, count: 10_000 }],
    [160_000 * mebibyte + 1, { partSize: 17 * mebibyte, count: 9412 }],
    [5 * tebibyte, { partSize: 525 * mebibyte, count: 9987 }],
    [50_000 * gibibyte, { partSize: 5 * gibibyte, count: 10_000 }],
  ])('%i bytes', (size, expected) => {
    expect(planParts(size, s3)).toEqual(expected)
  })

  test('more than all parts hold is refused', () => {
    expect(() => planParts(50_000 * gibibyte + 1, s3)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('another size is kept to, within what the store takes', () => {
    expect(planParts(gibibyte, s3, 64 * mebibyte).partSize).toBe(64 * mebibyte)
    expect(planParts(gibibyte, s3, 1).partSize).toBe(s3.minPartSize)
    expect(planParts(gibibyte, s3, tebibyte).partSize).toBe(s3.maxPartSize)
  })
})

test('parts follow each other, and the last has what is left', () => {
  expect(cutUpload(40 * mebibyte, s3)).toEqual([
    { number: 1, offset: 0, size: 16 * mebibyte },
    { number: 2, offset: 16 * mebibyte, size: 16 * mebibyte },
    { number: 3, offset: 32 * mebibyte, size: 8 * mebibyte },
  ])
  expect(cutUpload(10 * mebibyte, s3, 5 * mebibyte)).toHaveLength(2)
  expect(cutUpload(0, s3)).toEqual([{ number: 1, offset: 0, size: 0 }])
})

const abilities = fc
  .record({
    minPartSize: fc.integer({ min: 1, max: 100 * mebibyte }),
    more: fc.integer({ min: 0, max: 5 * gibibyte }),
    maxParts: fc.integer({ min: 1, max: 100_000 }),
  })
  .map(({ minPartSize, more, maxParts }) => ({
    minPartSize,
    maxPartSize: minPartSize + more,
    maxParts,
    parallel: true,
  }))
const sizes = fc.oneof(
  fc.nat(10 * mebibyte),
  fc.maxSafeNat().map((size) => size % (60 * tebibyte)),
)
test('parts obey the store and cover the entry', () => {
  const property = fc.property(sizes, abilities, fc.integer({ min: 1, max: gibibyte }), (size, ability, wanted) => {
    const { minPartSize, maxPartSize, maxParts } = ability
    fc.pre(size <= maxPartSize * maxParts)
    const { partSize, count } = planParts(size, ability, wanted)
    expect(Number.isSafeInteger(partSize)).toBe(true)
    expect(partSize).toBeGreaterThanOrEqual(minPartSize)
    expect(partSize).toBeLessThanOrEqual(maxPartSize)
    expect(count).toBeGreaterThanOrEqual(1)
    expect(count).toBeLessThanOrEqual(maxParts)
    expect(partSize * count).toBeGreaterThanOrEqual(size)
    // No part is empty, but the one of an empty entry.
    expect(partSize * (count - 1)).toBeLessThan(Math.max(size, 1))
  })
  fc.assert(property, propertyParameters())
})

test('an entry that no parts can cover is refused', () => {
  const property = fc.property(abilities, fc.integer({ min: 1, max: 1000 }), (ability, more) => {
    const size = ability.maxPartSize * ability.maxParts + more
    expect(() => planParts(size, ability)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
  fc.assert(property, propertyParameters(200))
})
