import { describe, expect, test } from 'vitest'

import { parseBytes, parseDay, parseJobs, parseRetention } from './amounts.ts'

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

describe('how long something is kept', () => {
  const now = Date.UTC(2026, 10, 21, 12)
  test.each([
    ['7y', Date.UTC(2033, 10, 21, 12)],
    ['2w', Date.UTC(2026, 11, 5, 12)],
    ['90d', Date.UTC(2027, 1, 19, 12)],
    ['2033-12-31', Date.UTC(2033, 11, 31)],
  ])('%s', (text, until) => {
    expect(parseRetention(text, now)).toBe(until)
  })

  test.each([
    ['2020-01-01', 'not to come'],
    ['0d', 'not to come'],
    ['9999y', '200 years'],
    ['seven years', 'such as 7y'],
    ['2033-02-30', 'YYYY-MM-DD'],
  ])('not %s', (text, why) => {
    expect(() => parseRetention(text, now)).toThrow(why)
  })
})
