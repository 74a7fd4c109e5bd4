import { expect, test } from 'vitest'

import { countOf, formatBytes, formatCount, formatDuration, formatRate, formatTime } from './amounts.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [1234, '1.23 kB'],
  [12_345, '12.3 kB'],
  [99_949, '99.9 kB'],
  [999_400, '999 kB'],
  [999_600, '1.00 MB'],
  [5e15, '5.00 PB'],
  [5e18, '5000 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [0, '0.0 s'],
  [3_210, '3.2 s'],
  [42_000, '42 s'],
  [60_000, '1 min'],
  [250_000, '4 min 10 s'],
  [7_500_000, '2 h 5 min'],
  [100_800_000, '1 d 4 h'],
])('%d ms are %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})

test('counts, rates and times', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567')
  expect(formatRate(312_000_000)).toBe('312 MB/s')
  expect(countOf(1, 'entry', 'entries')).toBe('1 entry')
  expect(countOf(1024, 'entry', 'entries')).toBe('1,024 entries')
  expect(formatTime(new Date(2026, 10, 21, 4, 5).getTime())).toBe('2026-11-21 04:05')
  expect(formatTime(undefined)).toBe('-')
})
