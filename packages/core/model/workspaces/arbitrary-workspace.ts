import * as fc from 'fast-check'

import { type SerializableWorkspace, shapeKinds } from '../../src/index.ts'
import { shapePoints } from '../../src/workspace/shape.ts'
import {
  arbitraryId,
  arbitraryName,
  colour,
  colormap,
  flag,
  loose,
  matrix,
  number,
  point,
  uid,
  unit,
  window,
} from './arbitrary-fields.ts'
import { source } from './arbitrary-source.ts'

const format = fc.constantFrom('dicom' as const, 'nifti' as const, 'nrrd' as const)
const tags = fc.dictionary(
  fc.string({ unit: 'grapheme' }).filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key)),
  arbitraryName,
  { noNullPrototype: true, maxKeys: 4 },
)
const nullableSource = fc.option(source)

const volume = loose(
  { id: arbitraryId, source: nullableSource },
  {
    name: arbitraryName,
    modality: fc.constantFrom('CT', 'MR', 'PT'),
    format,
    window,
    colormap,
    opacity: unit,
    transform: matrix,
    frameOfReferenceUID: uid,
  },
)

const geometry = loose(
  { id: arbitraryId, source: nullableSource },
  {
    name: arbitraryName,
    format: fc.constantFrom('stl', 'ply', 'obj', 'gltf', 'glb', 'usdz'),
    material: loose(
      {},
      { colour, emissive: colour, roughness: number, metalness: number, wireframe: flag, opacity: unit },
    ),
    transform: matrix,
    visible: flag,
    frameOfReferenceUID: uid,
    tags,
  },
)

const shape = fc.constantFrom(...shapeKinds).chain((kind) => {
  const [least, most] = shapePoints[kind]
  return loose(
    {
      id: arbitraryId,
      kind: fc.constant(kind),
      points: fc.array(point, { minLength: least, maxLength: Math.min(most, 8) }),
    },
    {
      label: arbitraryName,
      author: arbitraryName,
      created: fc.nat(),
      colour,
      plane: loose({ position: point, normal: point }),
      sopInstanceUID: uid,
      frameOfReferenceUID: uid,
      measurement: loose({ value: number, unit: fc.constantFrom('mm', 'mm2', 'deg') }, { name: arbitraryName }),
      closed: flag,
      smooth: flag,
      annotation: loose({}, { text: arbitraryName, position: point, visible: flag }),
    },
  )
})

const code = loose({ value: arbitraryName, scheme: fc.constant('SCT') }, { meaning: arbitraryName })

const segmentation = loose(
  {
    id: arbitraryId,
    source: nullableSource,
    segments: fc.array(
      loose(
        { number: fc.nat(), label: arbitraryName },
        { colour, opacity: unit, visible: flag, category: code, type: code },
      ),
      { maxLength: 3 },
    ),
  },
  { name: arbitraryName, format, volume: arbitraryId, visible: flag, opacity: unit, transform: matrix },
)

const projection = fc.constantFrom('axial', 'sagittal', 'coronal', 'oblique', 'default')

const view = loose(
  { id: arbitraryId },
  {
    name: arbitraryName,
    layout: loose({}, { type: arbitraryName, projection, page: arbitraryId, row: fc.nat(9), column: fc.nat(9) }),
    camera: loose(
      {},
      {
        projection: fc.constantFrom('orthographic', 'perspective'),
        position: point,
        target: point,
        up: point,
        angle: number,
        zoom: fc.integer({ min: 1, max: 9 }),
        pan: fc.tuple(number, number),
      },
    ),
    planes: fc.array(loose({ projection }, { offset: number, position: point, normal: point, opacity: unit }), {
      maxLength: 3,
    }),
    window,
    colormap,
    box: loose({ min: point, max: point }),
    volumes: fc.array(arbitraryId, { maxLength: 3 }),
  },
)

const listOf = <T extends object>(item: fc.Arbitrary<T>) =>
  fc.uniqueArray(item, { maxLength: 3, selector: (one) => (one as { id?: unknown }).id })

/** Any workspace of the current version, with unknown fields at every level. */
export const arbitraryWorkspace = loose(
  {
    type: fc.constant('workspace'),
    id: arbitraryId,
    version: fc.constant(1),
    volumes: listOf(volume),
    geometries: listOf(geometry),
    shapes: listOf(shape),
    segmentations: listOf(segmentation),
    views: listOf(view),
    tags,
  },
  { title: arbitraryName },
) as fc.Arbitrary<unknown> as fc.Arbitrary<SerializableWorkspace>
