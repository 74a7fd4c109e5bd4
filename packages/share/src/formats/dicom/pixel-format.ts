import type { PixelData } from '@gantry/dicom'

import type { DataType } from '../description.ts'
import { cutOff, malformed, notSupported } from '../errors.ts'
import type { DicomValues } from './dicom-values.ts'

/** How the pixels of a DICOM image are kept (PS3.3 C.7.6.3). */
export interface PixelFormat {
  readonly columns: number
  readonly rows: number
  readonly frames: number
  readonly components: number
  readonly dataType: DataType
}

const floatPixelData = 0x7fe00008
const doubleFloatPixelData = 0x7fe00009
const integers: ReadonlyMap<number, readonly [DataType, DataType]> = new Map([
  [1, ['bit', 'bit']],
  [8, ['uint8', 'int8']],
  [16, ['uint16', 'int16']],
  [32, ['uint32', 'int32']],
  [64, ['uint64', 'int64']],
])

/** `invalid` without a size, `integrity` where native pixels are fewer than it promises. */
export function pixelFormatOf(values: DicomValues, pixelData: PixelData, frames: number): PixelFormat {
  const columns = values.number('Columns') ?? 0
  const rows = values.number('Rows') ?? 0
  const components = values.number('SamplesPerPixel') ?? 1
  if (columns < 1 || rows < 1 || components < 1 || components > 4) throw malformed('DICOM', 'the image has no size')
  const bits = values.number('BitsAllocated') ?? 0
  const signed = values.number('PixelRepresentation') === 1
  const dataType = dataTypeOf(pixelData.tag, bits, signed)
  const bitsOfPixel = pixelData.tag === doubleFloatPixelData ? 64 : pixelData.tag === floatPixelData ? 32 : bits
  const subsampled = values.text('PhotometricInterpretation')?.startsWith('YBR_FULL_42') === true
  const samples = columns * rows * frames * (subsampled ? Math.min(components, 1.5) : components)
  if (pixelData.length !== undefined && pixelData.length < Math.floor((samples * bitsOfPixel) / 8))
    throw cutOff('DICOM')
  return { columns, rows, frames, components, dataType }
}

function dataTypeOf(tag: number, bits: number, signed: boolean): DataType {
  if (tag === floatPixelData) return 'float32'
  if (tag === doubleFloatPixelData) return 'float64'
  const types = integers.get(bits)
  if (types === undefined) throw notSupported('An image of so many bits per sample')
  return types[signed ? 1 : 0]
}
