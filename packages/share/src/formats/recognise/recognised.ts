import type { DicomFile } from '../dicom/dicom-file.ts'
import type { MeshHeader } from '../mesh/mesh-header.ts'
import type { NiftiHeader } from '../nifti/nifti-header.ts'
import type { NrrdHeader } from '../nrrd/nrrd-header.ts'

/** `gzip`: the whole file is compressed, and what is told is of what is in it. */
export interface Compressed {
  readonly compression?: 'gzip'
}

/** What a file is, by its content. `gzip` and `zip` are those that hold something else. */
export type Recognised =
  | { readonly kind: 'dicom'; readonly details: DicomFile }
  | { readonly kind: 'nifti'; readonly details: NiftiHeader & Compressed }
  | { readonly kind: 'nrrd'; readonly details: NrrdHeader & Compressed }
  | { readonly kind: 'stl' | 'ply' | 'obj' | 'gltf' | 'glb'; readonly details: MeshHeader }
  | { readonly kind: 'zip' | 'gzip' | 'unknown'; readonly details: { readonly [name: string]: never } }

export type FileKind = Recognised['kind']
