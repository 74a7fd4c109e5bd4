import type { StoredBytes } from '../../s3-server/bytes/stored-bytes.ts'

/** What users may say of an object, and change. */
export interface ObjectFields {
  readonly contentType?: string | undefined
  readonly contentEncoding?: string | undefined
  readonly contentDisposition?: string | undefined
  readonly contentLanguage?: string | undefined
  readonly cacheControl?: string | undefined
  readonly storageClass?: string | undefined
  readonly customTime?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly temporaryHold?: boolean | undefined
  readonly eventBasedHold?: boolean | undefined
  readonly retention?: ObjectRetention | undefined
}

export interface ObjectRetention {
  readonly mode: 'Locked' | 'Unlocked'
  readonly retainUntilTime: string
}

/** One generation of an object. Its bytes never change; its metadata may, under another metageneration. */
export interface GcsObject {
  readonly bucket: string
  readonly name: string
  readonly generation: string
  metageneration: number
  readonly bytes: StoredBytes
  /** In base64. */
  readonly crc32c: string
  readonly md5: string | undefined
  readonly componentCount: number | undefined
  readonly created: number
  updated: number
  fields: ObjectFields
}

export function etagOf({ generation, metageneration }: GcsObject): string {
  return Buffer.from(`${generation}/${metageneration}`).toString('base64')
}

export const storageClasses: readonly string[] = ['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE']
