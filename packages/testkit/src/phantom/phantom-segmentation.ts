import type { ImageIdentity } from '@gantry/core'

import { anatomy, type Part } from './anatomy.ts'
import type { DataSet, Element } from './data-set.ts'
import { writeDicom } from './dicom-writer.ts'
import { type Geometry, geometryOf, inMillimetres, planeOrigin, sliceOrigin } from './geometry.ts'
import type { PhantomFile, PhantomOptions } from './phantom.ts'
import { seedOf, uniformFrom } from './random-bits.ts'
import { renderSlice, rescaleIntercept } from './render-slice.ts'
import { transferSyntaxes } from './transfer-syntax.ts'
import { uidOf } from './uid.ts'

export interface PhantomSegmentationOptions extends Pick<PhantomOptions, 'size' | 'slices' | 'seed'> {
  /** Counted from 0. Default: the first. */
  readonly study?: number | undefined
  readonly series?: number | undefined
  /** A byte a pixel that says which segment is there, in place of a bit for each segment. Default: false. */
  readonly labelMap?: boolean | undefined
}

const segmentationStorage = '1.2.840.10008.5.1.4.1.1.66.4'
const labelMapStorage = '1.2.840.10008.5.1.4.1.1.66.7'
const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2'
/** Marks the inside of a part. */
const inside = 1000

interface Organ {
  readonly label: string
  /** Of SNOMED CT. */
  readonly code: string
  /** CIELab, as DICOM writes it: 16 bits each. */
  readonly colour: readonly [number, number, number]
  readonly isPart: (part: Part) => boolean
}

/** The heart reaches into the left lung: no label map can hold both, and in one the heart hides what it covers. */
const organs: readonly Organ[] = [
  { label: 'Right lung', code: '3341006', colour: [49_000, 22_000, 45_000], isPart: isLung(-1) },
  { label: 'Left lung', code: '44029006', colour: [45_000, 30_000, 18_000], isPart: isLung(1) },
  { label: 'Heart', code: '80891009', colour: [38_000, 52_000, 45_000], isPart: ({ radii }) => radii[0] === 62 },
]

/**
 * A segmentation of a series of the phantom (PS3.3 A.51): binary, a frame of one bit a pixel for every slice that an organ
 * is in; or a label map, a frame for every slice that any of them is in. A pure function of the options, as the phantom is.
 */
export function phantomSegmentation(options: PhantomSegmentationOptions = {}): PhantomFile {
  const { size = 512, slices = 64, seed = 1, study = 0, series = 0, labelMap = false } = options
  const geometry = geometryOf(size, slices)
  const parts = anatomy(uniformFrom(seedOf(seed, 'nodules', study)))
  const image: ImageIdentity = {
    studyInstanceUID: uidOf(seed, 'study', study),
    seriesInstanceUID: uidOf(seed, 'segmentation series', study, series),
    sopInstanceUID: uidOf(seed, labelMap ? 'label map' : 'segmentation', study, series),
    sopClassUID: labelMap ? labelMapStorage : segmentationStorage,
    transferSyntaxUID: transferSyntaxes.explicit,
  }
  const masks = organs
    .flatMap(({ isPart }, organ) =>
      Array.from({ length: slices }, (_, slice) => ({
        organ,
        slice,
        pixels: maskOf(parts.filter(isPart), geometry, slice),
      })),
    )
    .filter(({ pixels }) => pixels.includes(1))
  const frames: readonly Frame[] = labelMap ? labelled(masks) : masks
  const seriesUID = uidOf(seed, 'series', study, series)
  const dataSet: DataSet = [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00080008, 'CS', ['DERIVED', 'PRIMARY']],
    [0x00080016, 'UI', image.sopClassUID],
    [0x00080018, 'UI', image.sopInstanceUID],
    [0x00080020, 'DA', '20200101'],
    [0x00080023, 'DA', '20200101'],
    [0x00080030, 'TM', '080000'],
    [0x00080033, 'TM', '090000'],
    [0x00080050, 'SH', ''],
    [0x00080060, 'CS', 'SEG'],
    [0x00080070, 'LO', 'Gantry'],
    [0x00080090, 'PN', ''],
    [0x0008103e, 'LO', 'Organs'],
    [
      0x00081115,
      'SQ',
      {
        items: [
          [
            [0x0020000e, 'UI', seriesUID],
            [0x0008114a, 'SQ', { items: Array.from({ length: slices }, (_, slice) => reference(slice)) }],
          ],
        ],
      },
    ],
    [0x00100010, 'PN', `Phantom^Synthetic ${String(study + 1).padStart(4, '0')}`],
    [0x00100020, 'LO', `GANTRY-PHANTOM-${String(study + 1).padStart(4, '0')}`],
    [0x00100030, 'DA', ''],
    [0x00100040, 'CS', 'O'],
    [0x0020000d, 'UI', image.studyInstanceUID],
    [0x0020000e, 'UI', image.seriesInstanceUID],
    [0x00200010, 'SH', ''],
    [0x00200011, 'IS', 900 + series],
    [0x00200013, 'IS', 1],
    [0x00200052, 'UI', uidOf(seed, 'frame of reference', study)],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280008, 'IS', frames.length],
    [0x00280010, 'US', size],
    [0x00280011, 'US', size],
    [0x00280100, 'US', labelMap ? 8 : 1],
    [0x00280101, 'US', labelMap ? 8 : 1],
    [0x00280102, 'US', labelMap ? 7 : 0],
    [0x00280103, 'US', 0],
    [0x00282110, 'CS', '00'],
    [0x00620001, 'CS', labelMap ? 'LABELMAP' : 'BINARY'],
    [0x00620002, 'SQ', { items: organs.map(segmentOf) }],
    [0x00700080, 'CS', 'ORGANS'],
    [0x52009229, 'SQ', { items: [sharedGroups(geometry)] }],
    [
      0x52009230,
      'SQ',
      {
        items: frames.map(({ organ, slice }): DataSet => [
          [0x00209113, 'SQ', { items: [[[0x00200032, 'DS', positionOf(geometry, slice)]]] }],
          ...(organ === undefined ? [] : [segmentNumber(organ)]),
          [0x00089124, 'SQ', { items: [[[0x00082112, 'SQ', { items: [reference(slice)] }]]] }],
        ]),
      },
    ],
    [0x7fe00010, 'OB', labelMap ? Buffer.concat(frames.map(({ pixels }) => pixels)) : packed(frames, size * size)],
  ]
  const path = `study-${study + 1}/segmentation-${series + 1}.dcm`
  return { path, bytes: writeDicom({ dataSet }), image: { ...image, numberOfFrames: frames.length } }

  function reference(slice: number): DataSet {
    return [
      [0x00081150, 'UI', ctImageStorage],
      [0x00081155, 'UI', uidOf(seed, 'instance', study, series, slice)],
    ]
  }
}

interface Frame {
  /** `undefined`: of all. */
  readonly organ: number | undefined
  readonly slice: number
  readonly pixels: Uint8Array
}

/** A frame for each slice, of the numbers of the segments; where two are, of the last. */
function labelled(masks: readonly (Frame & { readonly organ: number })[]): readonly Frame[] {
  const bySlice = Map.groupBy(masks, ({ slice }) => slice)
  return [...bySlice].map(([slice, ofSlice]) => {
    const pixels = new Uint8Array(ofSlice[0]?.pixels.length ?? 0)
    for (const { organ, pixels: mask } of ofSlice) {
      for (const [at, marked] of mask.entries()) if (marked === 1) pixels[at] = organ + 1
    }
    return { organ: undefined, slice, pixels }
  })
}

function isLung(side: -1 | 1) {
  return ({ hounsfield, centre }: Part): boolean => hounsfield === -860 && Math.sign(centre[0]) === side
}

/** 1 where one of the parts is. */
function maskOf(parts: readonly Part[], geometry: Geometry, slice: number): Uint8Array {
  const marked = parts.map((part) => ({ ...part, hounsfield: inside }))
  const pixels = renderSlice({ parts: marked, geometry, slice, noise: 0, seed: 0 })
  return Uint8Array.from(pixels, (value) => Number(value === inside - rescaleIntercept))
}

function segmentNumber(organ: number): Element {
  return [0x0062000a, 'SQ', { items: [[[0x0062000b, 'US', organ + 1]]] }]
}

function segmentOf({ label, code, colour }: Organ, index: number): DataSet {
  return [
    [0x00620003, 'SQ', { items: [codeOf('123037004', 'Anatomical Structure')] }],
    [0x00620004, 'US', index + 1],
    [0x00620005, 'LO', label],
    [0x00620008, 'CS', 'MANUAL'],
    [0x0062000d, 'US', [...colour]],
    [0x0062000f, 'SQ', { items: [codeOf(code, label)] }],
  ]
}

function codeOf(value: string, meaning: string): DataSet {
  return [
    [0x00080100, 'SH', value],
    [0x00080102, 'SH', 'SCT'],
    [0x00080104, 'LO', meaning],
  ]
}

function sharedGroups(geometry: Geometry): DataSet {
  const spacing = inMillimetres(geometry.pixelSpacing)
  const thickness = inMillimetres(geometry.sliceSpacing)
  const measures: DataSet = [
    [0x00180050, 'DS', thickness],
    [0x00180088, 'DS', thickness],
    [0x00280030, 'DS', [spacing, spacing]],
  ]
  return [
    [0x00209116, 'SQ', { items: [[[0x00200037, 'DS', [1, 0, 0, 0, 1, 0]]]] }],
    [0x00289110, 'SQ', { items: [measures] }],
  ]
}

function positionOf(geometry: Geometry, slice: number): string[] {
  const origin = inMillimetres(planeOrigin(geometry))
  return [origin, origin, inMillimetres(sliceOrigin(geometry, slice))]
}

/** One bit a pixel, frame after frame without a gap, the first in the lowest bit (PS3.5 8.1.1). */
function packed(frames: readonly Frame[], pixels: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((frames.length * pixels) / 8))
  for (const [frame, { pixels: mask }] of frames.entries()) {
    for (let at = 0; at < pixels; at += 1) {
      const bit = frame * pixels + at
      if (mask[at] === 1) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (1 << (bit & 7))
    }
  }
  return bytes
}
