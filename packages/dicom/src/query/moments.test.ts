import type { DicomJson } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { compileMatching } from './compile-matching.ts'

function moment(keyword: 'StudyDate' | 'StudyTime' | 'AcquisitionDateTime', key: string, value: string): boolean {
  const [tag, vr] = {
    StudyDate: ['00080020', 'DA'],
    StudyTime: ['00080030', 'TM'],
    AcquisitionDateTime: ['0008002A', 'DT'],
  }[keyword] as [string, string]
  return compileMatching({ [keyword]: key })({ [tag]: { vr, Value: [value] } })
}

test.each([
  ['20240229', '20240229', true],
  ['20240229', '2024.02.29', true],
  ['20240229', '20240228', false],
  ['20240101-20240131', '20240101', true],
  ['20240101-20240131', '20240131', true],
  ['20240101-20240131', '20240201', false],
  ['-20240131', '19000101', true],
  ['-20240131', '20240201', false],
  ['20240101-', '20991231', true],
  ['20240101-', '20231231', false],
  ['20240101-', 'x', false],
  ['00010101-00991231', '00500101', true],
])('date %s, %s: %s', (key, value, expected) => {
  expect(moment('StudyDate', key, value)).toBe(expected)
})

test.each([
  ['10', '103000', true],
  ['10', '110000', false],
  ['1030', '103059.999999', true],
  ['103000', '103000.5', true],
  ['103000.5', '103000.499999', false],
  ['10:30:00', '103000', true],
  ['0900-1030', '103059', true],
  ['0900-1030', '103100', false],
  ['0900-1030', '085959.999999', false],
  ['-09', '0959', true],
  ['23-', '235960', true],
])('time %s, %s: %s', (key, value, expected) => {
  expect(moment('StudyTime', key, value)).toBe(expected)
})

test.each([
  ['2024', '20240615103000', true],
  ['202406', '20240615', true],
  ['202406', '20240701', false],
  ['20240615103000.25', '20240615103000.250001', true],
  ['20240615-20240616', '20240616235959', true],
  ['20240615-', '2024061510', true],
  ['20240615-0500', '20240615050000+0000', true],
  ['20240615-0500', '20240615045959+0000', false],
  ['20240615-0500-20240616-0500', '20240617045959+0000', true],
  ['20240615-0500-20240616-0500', '20240617050000+0000', false],
  ['20240615-2025', '20250101', true],
  ['-20240615+0200', '20240615220000', false],
  ['-20240615+0200', '20240615215959', true],
  ['20240615120000+0200', '20240615100000+0000', true],
])('moment %s, %s: %s', (key, value, expected) => {
  expect(moment('AcquisitionDateTime', key, value)).toBe(expected)
})

test.each([
  ['StudyDate', '2024'],
  ['StudyDate', '20240230'],
  ['StudyDate', '20241301'],
  ['StudyDate', '2024*'],
  ['StudyDate', '-'],
  ['StudyDate', '20240101-20240102-20240103'],
  ['StudyDate', 'yesterday'],
  ['StudyTime', '24'],
  ['StudyTime', '10-x'],
  ['AcquisitionDateTime', '20240101 10'],
  ['AcquisitionDateTime', '2024011'],
] as const)('%s=%s is refused, and not quoted', (keyword, key) => {
  const refused = { code: 'invalid', message: expect.stringContaining(keyword) as string }
  expect(() => moment(keyword, key, '')).toThrow(expect.objectContaining(refused) as Error)
  expect(() => moment(keyword, key, '')).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining(`${key} `) as string }) as Error,
  )
})

describe('a date with its time', () => {
  const of = (date: string, time?: string): DicomJson => ({
    '00080020': { vr: 'DA', Value: [date] },
    '00080030': { vr: 'TM', ...(time !== undefined && { Value: [time] }) },
  })
  const keys = { StudyDate: '20240101-20240103', StudyTime: '1000-1200' }

  test('is one moment, if asked for', () => {
    const combined = compileMatching(keys, { combineDateTime: true })
    const separate = compileMatching(keys)
    const cases: readonly [DicomJson, boolean, boolean][] = [
      [of('20240101', '095959'), false, false],
      [of('20240101', '1000'), true, true],
      [of('20240102', '2300'), true, false],
      [of('20240103', '1201'), false, false],
      [of('20240103', '120059'), true, true],
      [of('20240102'), false, false],
    ]
    for (const [value, together, apart] of cases) expect([combined(value), separate(value)]).toEqual([together, apart])
  })

  test('is a moment without an end, too', () => {
    const since = compileMatching({ StudyDate: '20240102-', StudyTime: '12-' }, { combineDateTime: true })
    expect([since(of('20240102', '11')), since(of('20240102', '12')), since(of('20250101', '01'))]).toEqual([
      false,
      true,
      true,
    ])
  })

  test('other keys stand by themselves', () => {
    const both = compileMatching({ ...keys, PatientID: 'A' }, { combineDateTime: true })
    expect(both(of('20240102', '2300'))).toBe(false)
    expect(both({ ...of('20240102', '2300'), '00100020': { vr: 'LO', Value: ['A'] } })).toBe(true)
    const other = compileMatching({ StudyDate: '20240102', SeriesTime: '10' }, { combineDateTime: true })
    expect(other({ ...of('20240102'), '00080031': { vr: 'TM', Value: ['1015'] } })).toBe(true)
  })
})
