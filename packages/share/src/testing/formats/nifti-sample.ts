import { Binary } from './binary.ts'

export interface NiftiSample {
  readonly version?: 1 | 2
  readonly littleEndian?: boolean
  readonly magic?: string
  readonly dim?: readonly number[]
  /** Default: float32. */
  readonly datatype?: number
  readonly bitpix?: number
  readonly pixdim?: readonly number[]
  readonly voxOffset?: number
  readonly slope?: readonly [number, number]
  readonly window?: readonly [number, number]
  readonly units?: number
  readonly quaternion?: readonly number[]
  readonly srow?: readonly number[]
  readonly intent?: number
  /** Bytes after the header. Default: as many as it promises. */
  readonly data?: number
}

/** A NIfTI file of noughts, 4x3x2 float32 unless asked otherwise. */
export function niftiSample(sample: NiftiSample = {}): Uint8Array<ArrayBuffer> {
  const { version = 1, dim = [3, 4, 3, 2], bitpix = 32 } = sample
  const voxels = dim.slice(1).reduce((product, size) => product * size, 1)
  const header = version === 1 ? 352 : 544
  const data = sample.data ?? Math.ceil((voxels * bitpix) / 8)
  const file = new Binary(header + Math.max(0, data), sample.littleEndian ?? true)
  if (version === 1) writeVersion1(file, sample)
  else writeVersion2(file, sample)
  return data < 0 ? file.bytes.slice(0, header + data) : file.bytes
}

function writeVersion1(file: Binary, sample: NiftiSample): void {
  const { dim = [3, 4, 3, 2], datatype = 16, bitpix = 32, pixdim = [1, 2, 3, 4], voxOffset = 352 } = sample
  file
    .int32(0, 348)
    .int16(40, ...dim)
    .int16(68, sample.intent ?? 0, datatype, bitpix)
  file.float32(76, ...pixdim).float32(108, voxOffset, ...(sample.slope ?? []))
  const [min = 0, max = 0] = sample.window ?? []
  file.float32(124, max, min)
  file.bytes[123] = sample.units ?? 2
  if (sample.quaternion !== undefined) file.int16(252, 1).float32(256, ...sample.quaternion)
  if (sample.srow !== undefined) file.int16(254, 1).float32(280, ...sample.srow)
  file.text(344, sample.magic ?? 'n+1\0')
}

function writeVersion2(file: Binary, sample: NiftiSample): void {
  const { dim = [3, 4, 3, 2], datatype = 16, bitpix = 32, pixdim = [1, 2, 3, 4], voxOffset = 544 } = sample
  file
    .int32(0, 540)
    .text(4, sample.magic ?? 'n+2\0\r\n\u001a\n')
    .int16(12, datatype, bitpix)
  file
    .int64(16, ...dim)
    .float64(104, ...pixdim)
    .int64(168, voxOffset)
    .float64(176, ...(sample.slope ?? []))
  const [min = 0, max = 0] = sample.window ?? []
  file.float64(192, max, min)
  if (sample.quaternion !== undefined) file.int32(344, 1).float64(352, ...sample.quaternion)
  if (sample.srow !== undefined) file.int32(348, 1).float64(400, ...sample.srow)
  file.int32(500, sample.units ?? 2, sample.intent ?? 0)
}
