import { expect, test } from 'vitest'

import type { Item } from '../engine/model.ts'
import { imageIdsOf, placeOf } from './image-ids.ts'
import { presetsOf, rangeOf, windowOf } from './presets.ts'

function item(more: Partial<Item>): Item {
  return { kind: 'volume', id: 'v', name: '', format: 'dicom', files: [{ name: 'a', size: 1 }], bytes: 1, ...more }
}

test('an image is a file, or a frame of one', () => {
  const files = [
    { name: 'a', size: 1 },
    { name: 'b', size: 1 },
  ]
  expect(imageIdsOf(item({ files }))).toEqual(['dicomfile:v/0', 'dicomfile:v/1'])
  expect(imageIdsOf(item({ frames: [2, 1] }))).toEqual(['dicomfile:v/0?frame=2', 'dicomfile:v/0?frame=1'])
})

test('and is found again', () => {
  expect(placeOf('dicomfile:v/12?frame=3')).toEqual({ item: 'v', file: 12 })
  expect(placeOf('v/0')).toEqual({ item: 'v', file: 0 })
  expect(placeOf('http://elsewhere/x.dcm')).toBeUndefined()
})

test('windows are presets only where values mean the same everywhere', () => {
  expect(presetsOf('CT', undefined).length).toBeGreaterThan(3)
  expect(presetsOf('MR', undefined)).toEqual([])
  expect(presetsOf(undefined, undefined)).toEqual([])
  expect(presetsOf('PT', undefined)).toEqual([])
  expect(presetsOf('PT', 2000)[0]).toEqual({ name: 'preset.suv5', center: 5000, width: 10_000 })
  expect(windowOf(rangeOf({ center: 40, width: 400 }))).toEqual({ center: 40, width: 400 })
})
