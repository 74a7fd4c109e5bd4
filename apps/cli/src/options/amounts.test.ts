import { describe, expect, test } from 'vitest'

import { parseBytes, parseDay, parseJobs } from './amounts.ts'

describe('an amount of bytes', () => {
  test.each([
    ['1', 1],
    ['500k', 500_000],
    ['10M', 10_000_000],
    ['10MB', 10_000_000],
    ['10MB/s', 10_000_000],
    ['10MiB', 10_485_760],
    ['1.5GiB', 1_610_612_736],
    ['1.5 gb', 1_500_000_000],
  ])('%s is %i bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes)
  })

  test.each(['', '0', '-1', '10x', 'M', '1iB', '1e6', '0.1'])('%j is none', (text) => {
    expect(() => parseBytes(text)).toThrow('such as 500k')
  })
})

describe('how many at a time', () => {
  test.each([
    ['auto', 'auto'],
    ['1', 1],
    ['1024', 1024],
  ])('%s', (text, jobs) => {
    expect(parseJobs(text)).toBe(jobs)
  })

  test.each(['0', '1025', 'many', '1.5', ''])('not %j', (text) => {
    expect(() => parseJobs(text)).toThrow('from 1 to 1024')
  })
})

describe('a day', () => {
  test('is a date', () => {
    expect(parseDay('2026-11-21')).toBe('2026-11-21')
  })

  test('or so many days before now', () => {
    expect(parseDay('7d', Date.UTC(2026, 10, 21, 12))).toBe('2026-11-14')
    expect(parseDay('0d', Date.UTC(2026, 10, 21, 12))).toBe('2026-11-21')
  })

  test.each(['2026-02-30', '21.11.2026', 'yesterday', '2026-1-1', ''])('%j is none', (text) => {
    expect(() => parseDay(text)).toThrow('YYYY-MM-DD')
  })
})
