/** The fields of a NIfTI header that matter here, whichever version has them wherever. */
export interface NiftiFields {
  readonly version: 1 | 2
  readonly littleEndian: boolean
  readonly magic: string
  readonly dim: readonly number[]
  readonly intentCode: number
  readonly datatype: number
  readonly bitpix: number
  readonly pixdim: readonly number[]
  readonly voxOffset: number
  readonly slope: number
  readonly intercept: number
  readonly calMin: number
  readonly calMax: number
  readonly units: number
  readonly qformCode: number
  readonly sformCode: number
  /** b, c, d, and the three offsets. */
  readonly quaternion: readonly number[]
  /** Three rows of four. */
  readonly srow: readonly number[]
}

/** Of version 2. */
const niftiHeaderLength = 540

/** The fields of nifti1.h or nifti2.h, in either byte order; `undefined` for bytes that begin otherwise. */
export function niftiFieldsOf(bytes: Uint8Array): NiftiFields | undefined {
  if (bytes.length < 348) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (const littleEndian of [true, false]) {
    const length = view.getInt32(0, littleEndian)
    if (length === 348) return fieldsOfVersion1(view, littleEndian)
    if (length === niftiHeaderLength && bytes.length >= niftiHeaderLength) return fieldsOfVersion2(view, littleEndian)
  }
  return undefined
}

function fieldsOfVersion1(view: DataView, littleEndian: boolean): NiftiFields {
  const int16 = (at: number) => view.getInt16(at, littleEndian)
  const float = (at: number) => view.getFloat32(at, littleEndian)
  return {
    version: 1,
    littleEndian,
    magic: textOf(view, 344, 4),
    dim: many(8, (index) => int16(40 + 2 * index)),
    intentCode: int16(68),
    datatype: int16(70),
    bitpix: int16(72),
    pixdim: many(8, (index) => float(76 + 4 * index)),
    voxOffset: float(108),
    slope: float(112),
    intercept: float(116),
    units: view.getUint8(123),
    calMax: float(124),
    calMin: float(128),
    qformCode: int16(252),
    sformCode: int16(254),
    quaternion: many(6, (index) => float(256 + 4 * index)),
    srow: many(12, (index) => float(280 + 4 * index)),
  }
}

function fieldsOfVersion2(view: DataView, littleEndian: boolean): NiftiFields {
  const int32 = (at: number) => view.getInt32(at, littleEndian)
  const int64 = (at: number) => Number(view.getBigInt64(at, littleEndian))
  const double = (at: number) => view.getFloat64(at, littleEndian)
  return {
    version: 2,
    littleEndian,
    magic: textOf(view, 4, 8),
    datatype: view.getInt16(12, littleEndian),
    bitpix: view.getInt16(14, littleEndian),
    dim: many(8, (index) => int64(16 + 8 * index)),
    pixdim: many(8, (index) => double(104 + 8 * index)),
    voxOffset: int64(168),
    slope: double(176),
    intercept: double(184),
    calMax: double(192),
    calMin: double(200),
    qformCode: int32(344),
    sformCode: int32(348),
    quaternion: many(6, (index) => double(352 + 8 * index)),
    srow: many(12, (index) => double(400 + 8 * index)),
    units: int32(500),
    intentCode: int32(504),
  }
}

function many(count: number, get: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => get(index))
}

function textOf(view: DataView, at: number, length: number): string {
  return String.fromCharCode(...many(length, (index) => view.getUint8(at + index)))
}
