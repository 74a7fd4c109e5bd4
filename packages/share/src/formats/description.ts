import type { ImageIdentity } from '@gantry/core'

import type { FileInput } from './input/file-input.ts'

/** How one number of a volume is kept in its file. `bit` is one bit; `float128` and its like are of C's long double. */
export type DataType =
  | 'bit'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'float128'

/**
 * Rows of a 4x4 matrix, one after the other: from the indices of a voxel's centre (column, row, slice, 1) to
 * millimetres in LPS.
 */
export type Matrix = readonly number[]

/** A file of a volume or geometry, bytes as they were. */
export interface SourceFile {
  readonly name: string
  readonly size: number
  readonly input: FileInput
  readonly image?: ImageIdentity
}

/** A volume as its headers describe it. No pixel is decoded or converted. */
export interface VolumeDescription {
  readonly id: string
  readonly format: 'dicom' | 'nifti' | 'nrrd'
  readonly name: string
  readonly modality?: string
  /** In order: of DICOM along the normal of the slices, then in time; header before data of detached formats. */
  readonly entries: readonly SourceFile[]
  /** Columns, rows, slices, and where there are several of them, times (or whatever else the fourth one is). */
  readonly dimensions: readonly number[]
  /** Numbers a voxel: 3 for colours, 2 for complex numbers. */
  readonly components: number
  readonly dataType: DataType
  /** Millimetres between voxels along the first three dimensions; absent where nothing tells. */
  readonly spacing?: readonly [number, number, number]
  /** Absent where the files say nothing of where they lie, or where no matrix can: see `problems`. */
  readonly transform?: Matrix
  readonly frameOfReferenceUID?: string
  readonly window?: { readonly width: number; readonly level: number }
  /** `varies`: every file has its own, as in PET. */
  readonly rescale?: { readonly slope: number; readonly intercept: number; readonly varies?: true }
  /** Of a file of many frames: their numbers, from 1, in the order of `dimensions`; absent where that is the file's. */
  readonly frames?: readonly number[]
}

export type GeometryFormat = 'stl' | 'ply' | 'obj' | 'gltf' | 'glb'

/** A geometry as its header describes it. */
export interface GeometryDescription {
  readonly id: string
  readonly format: GeometryFormat
  readonly name: string
  /** The geometry's own file first, then what it refers to: buffers, images, materials. */
  readonly entries: readonly SourceFile[]
  readonly encoding: 'ascii' | 'binary'
  /** As far as the header tells. */
  readonly triangles?: number
  readonly vertices?: number
  readonly bounds?: { readonly min: readonly number[]; readonly max: readonly number[] }
  /** glTF is in metres by its standard; the other formats do not say. */
  readonly units?: 'm'
  /** The patient axes that the file names; absent where it names none, as most do. */
  readonly space?: 'LPS' | 'RAS'
}
