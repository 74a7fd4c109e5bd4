import { bigEndianPixels } from '@gantry/dicom'

import { malformedFrame, unsupportedFrame } from '../errors.ts'
import type { Elements } from './elements.ts'
import type { ImageHeader } from './image-description.ts'

/** PS3.3 C.7.6.3: how the pixels of a frame are stored. */
export interface PixelDescription {
  readonly rows: number
  readonly columns: number
  readonly samplesPerPixel: number
  readonly photometricInterpretation: string
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  /** Planar Configuration 1: all red, then all green, then all blue. */
  readonly planar: boolean
  /** Float or double pixel data (PS3.3 C.7.6.24). */
  readonly float: boolean
  readonly bigEndian: boolean
}

const floatPixelData = 0x7fe00008
const doubleFloatPixelData = 0x7fe00009

export function describePixels(elements: Elements, header: ImageHeader): PixelDescription {
  const rows = elements.number('Rows') ?? 0
  const columns = elements.number('Columns') ?? 0
  if (rows < 1 || columns < 1) throw malformedFrame('Rows or Columns are missing')
  const samplesPerPixel = elements.number('SamplesPerPixel') ?? 1
  if (samplesPerPixel !== 1 && samplesPerPixel !== 3) throw malformedFrame(`a pixel has ${samplesPerPixel} samples`)
  const tag = header.pixelData?.tag
  const float = tag === floatPixelData || tag === doubleFloatPixelData
  const bitsAllocated = float ? (tag === floatPixelData ? 32 : 64) : (elements.number('BitsAllocated') ?? 0)
  if (bitsAllocated < 1) throw malformedFrame('Bits Allocated is missing')
  if (![1, 8, 16, 32, 64].includes(bitsAllocated)) throw unsupportedFrame(`Bits Allocated is ${bitsAllocated}`)
  const bitsStored = clamped(elements.number('BitsStored') ?? bitsAllocated, 1, bitsAllocated)
  return {
    rows,
    columns,
    samplesPerPixel,
    photometricInterpretation:
      elements.texts('PhotometricInterpretation')[0] ?? (samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB'),
    bitsAllocated,
    bitsStored,
    highBit: clamped(elements.number('HighBit') ?? bitsStored - 1, bitsStored - 1, bitsAllocated - 1),
    signed: elements.number('PixelRepresentation') === 1,
    planar: samplesPerPixel === 3 && elements.number('PlanarConfiguration') === 1,
    float,
    bigEndian: bigEndianPixels(header),
  }
}

function clamped(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
