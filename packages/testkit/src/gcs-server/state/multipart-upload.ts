import type { StoredBytes } from '../../s3-server/bytes/stored-bytes.ts'
import type { ObjectFields } from './gcs-object.ts'

export interface UploadedPart {
  readonly bytes: StoredBytes
  /** With its quotation marks. */
  readonly etag: string
  readonly crc32c: string
  readonly modified: number
}

/** An upload in parts of the XML API. */
export interface MultipartUpload {
  readonly id: string
  readonly name: string
  readonly fields: ObjectFields
  readonly started: number
  readonly parts: Map<number, UploadedPart>
}
