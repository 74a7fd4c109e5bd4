import { expect, test } from 'vitest'

import { boundOf, type Sample, secondHalf, slopePerHour } from './slope.ts'

const minute = 60_000
const line = (count: number, rss: (index: number) => number): Sample[] =>
  Array.from({ length: count }, (_, index) => ({ at: index * minute, rss: rss(index), handles: 20 }))

test('a line that rises by a byte a minute rises by sixty an hour, and noise does not change that', () => {
  expect(
    slopePerHour(
      line(30, (index) => 1000 + index),
      'rss',
    ),
  ).toBeCloseTo(60)
  expect(
    slopePerHour(
      line(30, () => 1000),
      'rss',
    ),
  ).toBe(0)
  expect(
    slopePerHour(
      line(1, () => 1000),
      'rss',
    ),
  ).toBe(0)
  expect(
    Math.abs(
      slopePerHour(
        line(1000, (index) => 1000 + (index % 2) * 500),
        'rss',
      ),
    ),
  ).toBeLessThan(1)
  expect(
    slopePerHour(
      line(30, () => 1),
      'handles',
    ),
  ).toBe(0)
})

test('a leak of a megabyte a minute is none that counts as flat, and the begin of a process is not looked at', () => {
  const half = 15 * minute
  expect(
    slopePerHour(
      line(15, (index) => index * 2 * 2 ** 20),
      'rss',
    ),
  ).toBeGreaterThan(boundOf(half))
  const settling = line(30, (index) => Math.min(index, 14) * 2 ** 20)
  expect(slopePerHour(secondHalf(settling), 'rss')).toBeLessThan(boundOf(half))
  expect(secondHalf(settling)).toHaveLength(15)
})
