import { shapeSchema } from '@gantry/core'
import { expect, test } from 'vitest'

import { type Annotated, annotationOf, type DrawnOn, readMeasurement, shapeOf } from './shapes.ts'

const length: Annotated = {
  annotationUID: 'one',
  metadata: {
    toolName: 'Length',
    FrameOfReferenceUID: '1.2.3',
    referencedImageId: 'dicomfile:v/0',
    viewPlaneNormal: [0, 0, -1],
    viewUp: [0, -1, 0],
  },
  data: {
    label: 'Aorta',
    handles: {
      points: [
        [1, 2, 3],
        [4, 6, 3],
      ],
    },
    cachedStats: { 'imageId:x': { length: 5, unit: 'mm' } },
  },
}
const instanceOf = (imageId: string) => (imageId === 'dicomfile:v/0' ? { sopInstanceUID: '1.2.3.4' } : undefined)
const nowhere = () => undefined
const imageOf = ({ sopInstanceUID }: DrawnOn) => (sopInstanceUID === '1.2.3.4' ? 'dicomfile:other/7' : undefined)

test('a drawing becomes a shape of the workspace, and a drawing again where its image is now', () => {
  const shape = shapeOf(length, instanceOf)
  expect(shapeSchema.parse(shape)).toMatchObject({
    id: 'one',
    kind: 'line',
    label: 'Aorta',
    sopInstanceUID: '1.2.3.4',
    measurement: { value: 5, unit: 'mm' },
  })
  if (shape === undefined) throw new TypeError('There is no shape.')
  expect(readMeasurement(shape)).toBe('Aorta: 5.0 mm')
  const again = annotationOf(shape, imageOf, nowhere)
  expect(again).toMatchObject({
    annotationUID: 'one',
    metadata: { toolName: 'Length', referencedImageId: 'dicomfile:other/7', viewPlaneNormal: [0, 0, -1] },
    data: { handles: length.data.handles },
  })
  // What was measured is measured again when it is drawn.
  const { measurement: _, ...drawn } = shape
  expect(shapeOf(again as Annotated, () => ({ sopInstanceUID: '1.2.3.4' }))).toEqual(drawn)
})

test('on a frame of a file it is on that frame again', () => {
  const shape = shapeSchema.parse(shapeOf(length, () => ({ sopInstanceUID: '1.2.3.4', frame: 7 })))
  expect(shape).toMatchObject({ sopInstanceUID: '1.2.3.4', frame: 7 })
  const asked: DrawnOn[] = []
  annotationOf(shape, (drawnOn) => void asked.push(drawnOn), nowhere)
  expect(asked).toMatchObject([{ sopInstanceUID: '1.2.3.4', frame: 7 }])
})

test('a frame of reference that is no UID is not kept, and is that of the image when it is drawn again', () => {
  const reference = '1.2'.repeat(30)
  const drawn = { ...length, metadata: { ...length.metadata, FrameOfReferenceUID: reference } }
  const shape = shapeSchema.parse(shapeOf(drawn, instanceOf))
  expect(shape).not.toHaveProperty('frameOfReferenceUID')
  const referenceOf = (imageId: string) => (imageId === 'dicomfile:other/7' ? reference : undefined)
  expect(annotationOf(shape, imageOf, referenceOf)?.metadata.FrameOfReferenceUID).toBe(reference)
  const elsewhere = { ...shape, frameOfReferenceUID: '1.2.3' }
  expect(annotationOf(elsewhere, imageOf, nowhere)?.metadata.FrameOfReferenceUID).toBe('1.2.3')
})

test('what is not finished, or measured in pixels, is not kept as a measurement', () => {
  const { metadata, data } = length
  expect(shapeOf({ metadata, data }, instanceOf)).toBeUndefined()
  expect(shapeOf({ ...length, data: { handles: { points: [[1, 2, 3]] } } }, instanceOf)).toBeUndefined()
  const pixels = { ...length, data: { ...data, cachedStats: { a: { length: 5, unit: 'px' } } } }
  expect(shapeOf(pixels, instanceOf)).not.toHaveProperty('measurement')
})

test.each([
  ['mm', 5],
  ['mm ERMF', 5],
  ['cm US Region', 50],
  ['px', undefined],
  ['seconds', undefined],
])('a length in %s', (unit, value) => {
  const drawing = { ...length, data: { ...length.data, cachedStats: { a: { length: 5, unit } } } }
  expect(shapeOf(drawing, instanceOf)?.measurement).toEqual(value === undefined ? undefined : { value, unit: 'mm' })
})

test.each([
  ['mm\u00B2', 5],
  ['cm\u00B2', 500],
  ['cm\u00B2 US Region', 500],
  ['px\u00B2', undefined],
  ['mm', undefined],
])('an area in %s', (areaUnit, value) => {
  for (const toolName of ['RectangleROI', 'EllipticalROI']) {
    const { metadata, data } = length
    const cachedStats = { a: { area: 5, areaUnit } }
    const points = [...(data.handles?.points ?? []), [1, 6, 3], [4, 2, 3]]
    const drawing = {
      ...length,
      metadata: { ...metadata, toolName },
      data: { ...data, handles: { points }, cachedStats },
    }
    expect(shapeOf(drawing, instanceOf)?.measurement).toEqual(value === undefined ? undefined : { value, unit: 'mm2' })
  }
})

test('shapes that no tool draws stay undrawn', () => {
  expect(annotationOf({ id: 'x', kind: 'brush', points: [] }, imageOf, nowhere)).toBeUndefined()
})
