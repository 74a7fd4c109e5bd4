import type { DataType } from '../description.ts'

export interface VoxelFormat {
  readonly dataType: DataType
  readonly components: number
  /** Of a whole voxel. */
  readonly bits: number
}

/** The datatype codes of nifti1.h. */
const formats: ReadonlyMap<number, VoxelFormat> = new Map([
  [1, { dataType: 'bit', components: 1, bits: 1 }],
  [2, { dataType: 'uint8', components: 1, bits: 8 }],
  [4, { dataType: 'int16', components: 1, bits: 16 }],
  [8, { dataType: 'int32', components: 1, bits: 32 }],
  [16, { dataType: 'float32', components: 1, bits: 32 }],
  [32, { dataType: 'float32', components: 2, bits: 64 }],
  [64, { dataType: 'float64', components: 1, bits: 64 }],
  [128, { dataType: 'uint8', components: 3, bits: 24 }],
  [256, { dataType: 'int8', components: 1, bits: 8 }],
  [512, { dataType: 'uint16', components: 1, bits: 16 }],
  [768, { dataType: 'uint32', components: 1, bits: 32 }],
  [1024, { dataType: 'int64', components: 1, bits: 64 }],
  [1280, { dataType: 'uint64', components: 1, bits: 64 }],
  [1536, { dataType: 'float128', components: 1, bits: 128 }],
  [1792, { dataType: 'float64', components: 2, bits: 128 }],
  [2048, { dataType: 'float128', components: 2, bits: 256 }],
  [2304, { dataType: 'uint8', components: 4, bits: 32 }],
])

export function voxelFormatOf(code: number): VoxelFormat | undefined {
  return formats.get(code)
}
