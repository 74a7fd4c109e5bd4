import { expect, test } from 'vitest'

import type { Item } from '../engine/model.ts'
import { countOf, imageIdsOf, imageOfShape, placeOf } from './image-ids.ts'
import { presetsOf, rangeOf, readWindow, sharedRange, windowOf } from './presets.ts'

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
  expect(placeOf('dicomfile:v/12?frame=3')).toEqual({ item: 'v', file: 12, frame: 3 })
  expect(placeOf('v/0')).toEqual({ item: 'v', file: 0 })
  expect(placeOf('http://elsewhere/x.dcm')).toBeUndefined()
})

const of = { sopInstanceUID: '1.2', studyInstanceUID: '1.3', seriesInstanceUID: '1.4', sopClassUID: '1.5' }

function frames(count: number): Item {
  return item({ files: [{ name: 'a', size: 1, image: { ...of, numberOfFrames: count } }] })
}
const planeOf = (imageId: string) => ({ imagePositionPatient: [0, 0, 5 * (placeOf(imageId)?.frame ?? 1)] })
const normal = [0, 0, -1] as const

test('the frames of a file are counted as images, however it was opened', () => {
  expect(countOf(frames(12))).toBe(12)
  expect(countOf(frames(1))).toBe(1)
  expect(countOf(item({ frames: [2, 1] }))).toBe(2)
  expect(countOf(item({ expected: 40 }))).toBe(40)
  expect(countOf(item({ format: 'nifti', dimensions: [9, 9, 20, 2] }))).toBe(40)
  expect(countOf(item({ files: [], dimensions: [9, 9, 20] }))).toBe(20)
})

test('a shape is found on its frame, wherever that is in the item', () => {
  const shape = { sopInstanceUID: '1.2', frame: 3 }
  expect(imageOfShape(shape, [item({}), frames(12)], planeOf)).toBe('dicomfile:v/0?frame=3')
  const turned = { ...frames(4), frames: [4, 3, 2, 1] }
  expect(imageOfShape({ ...shape, frame: 4 }, [turned], planeOf)).toBe('dicomfile:v/0?frame=4')
  expect(imageOfShape({ ...shape, frame: 13 }, [frames(12)], planeOf)).toBeUndefined()
  expect(imageOfShape({ sopInstanceUID: '1.2' }, [frames(1)], planeOf)).toBe('dicomfile:v/0')
  expect(imageOfShape({ ...shape, sopInstanceUID: '1.3' }, [frames(12)], planeOf)).toBeUndefined()
})

test('one of before, which says no frame, by where it lies', () => {
  const at = (z: number) => ({ sopInstanceUID: '1.2', plane: { position: [7, -3, z], normal: [...normal] } }) as never
  expect(imageOfShape(at(20), [frames(12)], planeOf)).toBe('dicomfile:v/0?frame=4')
  expect(imageOfShape(at(21), [frames(12)], planeOf)).toBeUndefined()
  // Ultrasound lies nowhere, a film always in one place.
  expect(imageOfShape(at(20), [frames(12)], () => ({}))).toBeUndefined()
  expect(imageOfShape(at(20), [frames(12)], () => ({ imagePositionPatient: [0, 0, 20] }))).toBeUndefined()
  expect(imageOfShape({ sopInstanceUID: '1.2' }, [frames(12)], planeOf)).toBeUndefined()
})

test('windows are presets only where values mean the same everywhere', () => {
  expect(presetsOf('CT', undefined).length).toBeGreaterThan(3)
  expect(presetsOf('MR', undefined)).toEqual([])
  expect(presetsOf(undefined, undefined)).toEqual([])
  expect(presetsOf('PT', undefined)).toEqual([])
  expect(presetsOf('PT', 2000)[0]).toEqual({ name: 'preset.suv5', center: 5000, width: 10_000 })
  expect(windowOf(rangeOf({ center: 40, width: 400 }))).toEqual({ center: 40, width: 400 })
})

test.each([
  [{ center: 40, width: 400 }, '40', '400'],
  [{ center: -600.4, width: 1500.2 }, '-600', '1,500'],
  [{ center: 2.13999, width: 4.28 }, '2.14', '4.28'],
  [{ center: -0.0001, width: 80 }, '0', '80'],
  [{ center: 0.00425, width: 0.0085 }, '0.00425', '0.0085'],
  [{ center: 40.5, width: 80 }, '40.5', '80'],
  [{ center: 12.5, width: 0 }, '13', '0'],
])('of a window as many digits are told as its width asks for: %j', (window, center, width) => {
  expect(readWindow(window)).toEqual({ center, width })
})

test('pictures without windows have one for all of them', () => {
  const drawn = { lower: 3, upper: 900 }
  expect(sharedRange({ asks: true, isByte: true, drawn })).toBeUndefined()
  expect(sharedRange({ asks: false, isByte: true, drawn })).toEqual({ lower: 0, upper: 255 })
  expect(sharedRange({ asks: false, isByte: false, drawn })).toEqual(drawn)
  expect(sharedRange({ asks: false, isByte: false, drawn: { lower: 7, upper: 7 } })).toBeUndefined()
})
