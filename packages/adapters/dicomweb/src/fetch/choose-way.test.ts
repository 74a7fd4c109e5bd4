import { describe, expect, test } from 'vitest'

import { chooseWay, type Situation } from './choose-way.ts'
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

  test('that is far is many requests, though a busy machine keeps them longer than one alone', () => {
    expect(chooseWay({ ...situation, measured: { ...far, shared: 60 } })).toEqual({ kind: 'instances', width: 17 })
  })

  test('that is far, and of small images, is one answer', () => {
    expect(chooseWay({ ...situation, measured: { ...far, transfer: 0.2 } })).toEqual({ kind: 'series' })
  })

  test('that is far, of a service that bears one at a time, is one answer', () => {
    expect(chooseWay({ ...situation, width: 1, measured: far })).toEqual({ kind: 'series' })
  })

  test.each([
    ['nothing was measured', { measured: undefined }],
    ['nothing came side by side yet', { measured: { ...near, shared: undefined } }],
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
  })

  const widthOf = (other: Partial<Situation>) => {
    const way = chooseWay({ ...situation, ...other })
    return way.kind === 'series' ? 0 : way.width
  }
  const alone = { latency: 1.8, transfer: 1.8, shared: undefined }

  test('is looked for by one alone, where it may be either', () => {
    expect(widthOf({})).toBe(1)
    expect(widthOf({ wanted: Infinity, total: Infinity })).toBe(1)
    for (const other of [{ wholeSeries: false }, { wanted: 5 }, { wanted: 50 }, { total: undefined }]) {
      expect(widthOf(other)).toBe(50)
    }
  })

  test('is looked for by few behind that which are quickly there, by many where they are waited for', () => {
    expect(widthOf({ measured: alone })).toBe(4)
    expect(widthOf({ measured: alone, width: 2 })).toBe(2)
    expect(widthOf({ measured: { ...alone, latency: 40 } })).toBe(50)
  })

  test('that nobody has counted yet is by instance, and one answer as soon as that is the quicker', () => {
    expect(widthOf({ wanted: Infinity, total: Infinity, measured: far })).toBe(50)
    expect(widthOf({ wanted: Infinity, total: Infinity, measured: near })).toBe(50)
    expect(widthOf({ measured: near })).toBe(0)
  })

  test('is as wide as keeps busy what they share, twice over, or as comes within a second', () => {
    const width = (shared: number, latency = 40) =>
      widthOf({ wholeSeries: false, measured: { latency, transfer: 42, shared } })
    expect(width(2)).toBe(50)
    expect(width(40)).toBe(25)
    expect(width(500)).toBe(8)
    expect(width(100, 2000)).toBe(41)
  })
})

describe('a service is measured', () => {
  test('by one alone, and by what the others beside it add', () => {
    const meter = new ServiceMeter(8)
    meter.note({ latency: 9, transfer: 9, beside: 3, opened: false })
    expect(meter.measured).toBeUndefined()
    meter.note({ latency: 2, transfer: 2, beside: 0, opened: true })
    for (const latency of [6, 6, 6, 9]) {
      expect(meter.measured).toEqual({ latency: 2, transfer: 2, shared: undefined })
      meter.note({ latency, transfer: 4, beside: 3, opened: false })
    }
    for (const latency of [6, 6, 6, 2, 1]) meter.note({ latency, transfer: 4, beside: 3, opened: false })
    expect(meter.measured).toEqual({ latency: 2, transfer: 2, shared: 2 })
  })

  test('by none for which a connection was opened', () => {
    const meter = new ServiceMeter(8)
    meter.note({ latency: 40, transfer: 40, beside: 0, opened: meter.asked(1) })
    const opened = [2, 3, 3, 4, 2, 3, 4].map((together) => meter.asked(together))
    expect(opened).toEqual([true, true, false, true, false, false, false])
    for (const one of opened) meter.note({ latency: one ? 80 : 40, transfer: 40, beside: 3, opened: one })
    expect(meter.measured).toEqual({ latency: 40, transfer: 40, shared: 0 })
  })
})
