import { describe, expect, test } from 'vitest'

import { chooseWay, shouldSample, type Situation } from './choose-way.ts'
import { ServiceMeter } from './service-meter.ts'

/** 200 CT images of half a mebibyte, all of a series, asked for at a service that gives whole series. */
const situation: Situation = { wanted: 200, total: 200, wholeSeries: true, width: 50, measured: undefined }
const near = { latency: 1.8, transfer: 1.8, shared: 1.8 }
const far = { latency: 40, transfer: 42, shared: 0 }

describe('the way to fetch a series', () => {
  test('that is near, and wanted as a whole, is one answer', () => {
    expect(chooseWay({ ...situation, measured: near })).toEqual({ kind: 'series' })
  })

  test('that is far is many requests side by side', () => {
    expect(chooseWay({ ...situation, measured: far })).toEqual({ kind: 'instances', width: 50 })
  })

  test('that is far, and of small images, is one answer', () => {
    expect(chooseWay({ ...situation, measured: { ...far, transfer: 0.2 } })).toEqual({ kind: 'series' })
  })

  test('that is far, of a service that bears one at a time, is one answer', () => {
    expect(chooseWay({ ...situation, width: 1, measured: far })).toEqual({ kind: 'series' })
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

  test('is no wider than the service bears, and than is of use', () => {
    expect(chooseWay({ ...situation, wanted: 4, measured: far })).toEqual({ kind: 'instances', width: 50 })
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

test('is as wide as keeps busy what they share, and half as wide again', () => {
  const width = (shared: number) => chooseWay({ ...situation, wholeSeries: false, measured: { ...far, shared } })
  expect(width(8.2)).toEqual({ kind: 'instances', width: 20 })
  expect(width(2)).toEqual({ kind: 'instances', width: 50 })
  expect(width(82)).toEqual({ kind: 'instances', width: 8 })
})

describe('a service is measured', () => {
  test('by one alone, and by what the others beside it add', () => {
    const meter = new ServiceMeter(8)
    expect(meter.sampleWidth).toBe(1)
    meter.note({ latency: 9, transfer: 9, beside: 3 })
    meter.note({ latency: 2, transfer: 2, beside: 0 })
    expect(meter.sampleWidth).toBe(4)
    // The first two open connections.
    for (const latency of [48, 44, 6, 6]) {
      expect(meter.measured).toBeUndefined()
      meter.note({ latency, transfer: 4, beside: 3 })
    }
    for (const latency of [6, 6, 6, 2, 1]) meter.note({ latency, transfer: 4, beside: 3 })
    expect(meter.measured).toEqual({ latency: 2, transfer: 2, shared: 2 })
  })

  test('and shares nothing where none takes longer than alone', () => {
    const meter = new ServiceMeter(8)
    meter.note({ latency: 40, transfer: 40, beside: 0 })
    for (let index = 0; index < 4; index += 1) meter.note({ latency: 40, transfer: 30, beside: 3 })
    expect(meter.measured).toEqual({ latency: 40, transfer: 40, shared: 0 })
  })
})
