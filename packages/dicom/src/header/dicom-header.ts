import type { DataSet } from '../structure/data-set.ts'
import type { Scanned } from '../structure/scan.ts'
import type { Identifiers } from './identification.ts'

/** All of a DICOM file that comes before its pixel data. */
export interface DicomHeader extends Scanned {
  /** `directory` for a DICOMDIR (PS3.10 8.6), which lists images and is none. */
  readonly kind: 'instance' | 'directory'
  readonly identifiers: Identifiers
  /** Group 0002 (PS3.10 7.1), by tag. */
  readonly meta: DataSet
  /** Those before the pixel data, by tag; where one comes twice, its last. */
  readonly elements: DataSet
}
