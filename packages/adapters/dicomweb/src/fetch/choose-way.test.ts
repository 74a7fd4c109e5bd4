import { describe, expect, test } from 'vitest'

import { chooseWay, shouldSample, type Situation } from './choose-way.ts'

/** 200 CT images of half a mebibyte, all of a series, asked for at a service that gives whole series. */
const situation: Situation = { wanted: 200, total: 200, wholeSeries: true, width: 50, measured: undefined }
const size = 530_000
const near = { latency: 1, rate: 200_000, size }
const far = { latency: 40, rate: 12_500, size }

describe('the way to fetch a series', () => {
  test('that is near, and wanted as a whole, is one answer', () => {
    expect(chooseWay({ ...situation, measured: near })).toEqual({ kind: 'series' })
  })

  test('that is far is many requests side by side', () => {
    expect(chooseWay({ ...situation, measured: far })).toEqual({ kind: 'instances', width: 50 })
  })

  test('that is far, of a service that bears few at a time and has small images, is one answer', () => {
    const measured = { ...far, size: 2000 }
    expect(chooseWay({ ...situation, width: 2, measured })).toEqual({ kind: 'series' })
  })

  test.each([
    ['nothing was measured', { measured: undefined }],
    ['a part of it is wanted', { wanted: 20 }],
    ['nobody knows how large it is', { total: undefined }],
    ['the service gives no series', { wholeSeries: false }],
    ['few are wanted', { wanted: 3, total: 3 }],
  ])('is by instance, where %s', (_name, other) => {
    expect(chooseWay({ ...situation, measured: near, ...other }).kind).toBe('instances')
  })

  test('is no wider than what is wanted, than the service bears, and than is of use nearby', () => {
    expect(chooseWay({ ...situation, wanted: 4, measured: far })).toEqual({ kind: 'instances', width: 4 })
    expect(chooseWay({ ...situation, wholeSeries: false, width: 0, measured: far })).toMatchObject({ width: 1 })
    expect(chooseWay({ ...situation, wholeSeries: false, measured: near })).toMatchObject({ width: 8 })
  })

  test('is measured by some images first, where that may pay off', () => {
    expect(shouldSample(situation)).toBe(true)
    for (const other of [
      { measured: far },
      { wholeSeries: false },
      { wanted: 5 },
      { wanted: 50 },
      { total: undefined },
    ]) {
      expect(shouldSample({ ...situation, ...other })).toBe(false)
    }
  })
})
