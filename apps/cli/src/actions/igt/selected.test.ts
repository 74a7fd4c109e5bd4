import type { IgtStudy } from '@gantry/igt'
import { afterEach, describe, expect, test } from 'vitest'

import { readMoment } from '../../options/moment.ts'
import { keepsDate } from './selected.ts'

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

function studyOf(studyDate: string | null): IgtStudy {
  return { studyDate, studyType: 'ClinicalStudy' } as unknown as IgtStudy
}

describe.each(['UTC', 'Asia/Tokyo', 'America/New_York'])('studies of a day, on a machine in %s', (name) => {
  test.each([
    ['2024-01-02T03:00:00', true],
    ['2024-01-02T22:00:00', true],
    ['2024-01-02', true],
    ['2024-01-02T23:59:59.999Z', true],
    ['2024-01-01T23:59:59', false],
    ['2024-01-03T00:00:00', false],
    [null, true],
    ['nobody knows', true],
  ])('%s: %s', (date, kept) => {
    process.env['TZ'] = name
    expect(keepsDate({ start: '2024-01-02', end: '20240102' })(studyOf(date))).toBe(kept)
  })
})

test.each([
  '2024-01-02',
  '20240102',
  '2024-02-29',
  '2024-01-02T03:00',
  '2024-01-02 03:00:10.5',
  '2024-01-02T03:00+09:00',
])('%s is a date', (text) => {
  expect(readMoment(text)).toBeDefined()
})

test.each(['20241399', '2023-02-31', '20240230', '2024-01-02T25:00', '1/2/2024', 'foo 1', '2024-0102', '2024', ''])(
  '%j is none',
  (text) => {
    expect(readMoment(text)).toBeUndefined()
  },
)
