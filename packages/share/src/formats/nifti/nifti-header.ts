import { cutOff, malformed, notSupported } from '../errors.ts'
import type { Placement } from '../placement.ts'
import { voxelFormatOf, type VoxelFormat } from './datatype.ts'
import { type NiftiFields, niftiFieldsOf } from './fields.ts'
import { niftiPlacement } from './placement.ts'

/** What a NIfTI header says. */
export interface NiftiHeader extends VoxelFormat, Placement {
  readonly version: 1 | 2
  readonly littleEndian: boolean
  /** The data are in a file of their own, `.img`. */
  readonly detached: boolean
  /** Without trailing ones beyond the third. */
  readonly dimensions: readonly number[]
  readonly dataOffset: number
  readonly dataLength: number
  readonly rescale?: { readonly slope: number; readonly intercept: number }
  readonly window?: { readonly width: number; readonly level: number }
}

const single = new Set(['n+1\0', 'n+2\0\r\n\u001a\n'])
const paired = new Set(['ni1\0', 'ni2\0\r\n\u001a\n'])

/** The header that the bytes begin with; `undefined` if they begin with none, `invalid` if it contradicts itself. */
export function niftiHeaderOf(bytes: Uint8Array): NiftiHeader | undefined {
  const fields = niftiFieldsOf(bytes)
  if (fields === undefined) return undefined
  const { magic, version, littleEndian } = fields
  if (!single.has(magic) && !paired.has(magic)) return withoutMagic(fields)
  const detached = paired.has(magic)
  if (fields.intentCode >= 3000 && fields.intentCode <= 3015 && version === 2) {
    throw notSupported('CIFTI holds values of surfaces and is no volume')
  }
  const dimensions = dimensionsOf(fields)
  const format = voxelFormatOf(fields.datatype)
  if (format === undefined) throw malformed('NIfTI', 'its datatype is none that is defined')
  if (fields.bitpix !== format.bits) throw malformed('NIfTI', 'its datatype and bits per voxel do not agree')
  return {
    ...format,
    ...niftiPlacement(fields),
    version,
    littleEndian,
    detached,
    dimensions,
    dataOffset: dataOffsetOf(fields, detached),
    dataLength: Math.ceil((dimensions.reduce((product, size) => product * size, 1) * format.bits) / 8),
    ...rescaleOf(fields),
    ...windowOf(fields),
  }
}

/** `integrity` unless a file of `length` bytes, inflated, has room for what the header says. */
export function checkNiftiLength({ dataOffset, dataLength }: NiftiHeader, length: number): void {
  if (dataOffset + dataLength > length) throw cutOff('NIfTI')
}

/** Analyze 7.5 begins as NIfTI does; which way is left in it, nothing tells. */
function withoutMagic({ version, dim }: NiftiFields): undefined {
  const [count = 0, columns = 0, rows = 0] = dim
  if (version === 1 && count >= 2 && count <= 7 && columns > 0 && rows > 0) {
    throw notSupported('Analyze 7.5 does not tell left from right: convert it to NIfTI')
  }
  return undefined
}

function dimensionsOf({ dim }: NiftiFields): number[] {
  const count = dim[0] ?? 0
  const sizes = dim.slice(1, count + 1)
  if (count < 1 || count > 7 || !sizes.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw malformed('NIfTI', 'its dimensions are none')
  }
  while (sizes.length > 3 && sizes.at(-1) === 1) sizes.pop()
  while (sizes.length < 3) sizes.push(1)
  if (sizes.reduce((product, size) => product * size, 1) > 2 ** 50) throw malformed('NIfTI', 'it is too large')
  return sizes
}

function dataOffsetOf({ voxOffset, version }: NiftiFields, detached: boolean): number {
  const least = detached ? 0 : version === 1 ? 352 : 544
  // Zero is common and means as soon as possible.
  const offset = voxOffset === 0 ? least : voxOffset
  if (!Number.isSafeInteger(offset) || offset < least) throw malformed('NIfTI', 'its data begin within its header')
  return offset
}

function rescaleOf({ slope, intercept }: NiftiFields): Pick<NiftiHeader, 'rescale'> {
  if (!Number.isFinite(slope) || !Number.isFinite(intercept) || slope === 0) return {}
  return slope === 1 && intercept === 0 ? {} : { rescale: { slope, intercept } }
}

function windowOf({ calMin, calMax }: NiftiFields): Pick<NiftiHeader, 'window'> {
  if (!Number.isFinite(calMin) || !Number.isFinite(calMax) || calMax <= calMin) return {}
  return { window: { width: calMax - calMin, level: (calMax + calMin) / 2 } }
}
