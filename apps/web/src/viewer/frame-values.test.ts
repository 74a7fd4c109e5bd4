import { expect, test } from 'vitest'

import type { DataSet } from './data-set.ts'
import { hasTables, rescaleOf, voiFunctionOf, windowsOf } from './frame-values.ts'
import { headerOf } from './testing/header-of.ts'

const rescale = (intercept: string, slope: string) => ({
  x00289145: [{ x00281052: intercept, x00281053: slope, x00281054: 'HU' }],
})

test('what a frame says of its values goes before what all of them share', () => {
  const header = headerOf({
    x52009229: [rescale('-1024', '1')],
    x52009230: [{}, rescale('-1000', '2.5')],
  })
  expect(rescaleOf(header, 1)).toEqual({ rescaleIntercept: -1024, rescaleSlope: 1, rescaleType: 'HU' })
  expect(rescaleOf(header, 2)).toEqual({ rescaleIntercept: -1000, rescaleSlope: 2.5, rescaleType: 'HU' })
  expect(rescaleOf(header, 3)?.rescaleIntercept).toBe(-1024)
})

test('windows too, of which there may be several', () => {
  const header = headerOf({ x52009229: [{ x00289132: [{ x00281050: '40\\-600', x00281051: '400\\1500' }] }] })
  expect(windowsOf(header, 1)).toMatchObject({ windowCenter: [40, -600], windowWidth: [400, 1500] })
})

test.each<readonly [string, DataSet]>([
  ['a classic image', headerOf({ x00281052: '-1024', x00281053: '1', x00281050: '40', x00281051: '400' })],
  ['groups without it', headerOf({ x52009229: [{}], x52009230: [{}] })],
  ['a rescale without a slope', headerOf({ x52009229: [{ x00289145: [{ x00281052: '-1024' }] }] })],
  ['a window without a width', headerOf({ x52009229: [{ x00289132: [{ x00281050: '40' }] }] })],
])('%s says nothing here', (_, header) => {
  expect(rescaleOf(header, 1)).toBeUndefined()
  expect(windowsOf(header, 1)).toBeUndefined()
})

test('tables are those of the file, or of a frame', () => {
  expect(hasTables(headerOf({ x00283000: [{}] }), 1)).toBe(true)
  expect(hasTables(headerOf({ x00283010: [{}] }), 1)).toBe(true)
  expect(hasTables(headerOf({ x00283010: [] }), 1)).toBe(false)
  const ofSecond = headerOf({ x52009230: [{}, { x00289132: [{ x00283010: [{}] }] }] })
  expect([1, 2].map((frame) => hasTables(ofSecond, frame))).toEqual([false, true])
})

test('functions of a window are known by their whole name', () => {
  expect(['SIGMOID', 'LINEAR_EXACT', 'LINEAR', 'S', 'sigmoid', undefined].map(voiFunctionOf)).toEqual([
    'SIGMOID',
    'LINEAR_EXACT',
    'LINEAR',
    undefined,
    undefined,
    undefined,
  ])
})
