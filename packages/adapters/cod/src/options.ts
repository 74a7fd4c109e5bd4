import type { Hashing } from '@gantry/core/driver'
import * as z from 'zod'

import type { OnTrouble } from './series/series-trouble.ts'

const mebibyte = 1024 * 1024

/** Options that a URL or a configuration can hold. */
export const codOptionsSchema = z.strictObject({
  metadataVersion: z.enum(['1.0', '2.0']).default('1.0').meta({
    description: 'How metadata of new instances are written; 1.0 is read by all.',
  }),
  tarPartSize: z
    .int()
    .min(mebibyte)
    .max(1024 * mebibyte)
    .default(8 * mebibyte)
    .meta({
      description: 'Bytes that are gathered in memory before they are sent, while a tar is written.',
    }),
  gzipMetadata: z.boolean().default(true).meta({
    description:
      'Compress metadata.json. The Python program and browsers read that only where the store keeps Content-Encoding: gzip, as S3 does.',
  }),
  maxMetadataBytes: z
    .int()
    .min(1)
    .default(256 * mebibyte)
    .meta({
      description: 'Longest metadata.json that is read, uncompressed.',
    }),
})

export interface CodOptions extends z.input<typeof codOptionsSchema> {
  /** Told of series that cannot be read, or should be looked at, each time that they are listed or searched. */
  readonly onTrouble?: OnTrouble | undefined
  /**
   * Leaves out what cannot be read; default: false. A series that cannot be read is else listed as one entry, whose read
   * fails with the reason, and a damaged record as its instance.
   */
  readonly skipUnreadable?: boolean | undefined
  /** The platform's digests; default: a CRC-32C in JavaScript. */
  readonly hashing?: Hashing | undefined
  /** How UIDs were made the names of a hashed store; without it, such a store can be read only. */
  readonly hashUid?: ((uid: string) => string) | undefined
  /** What the recorded URIs begin with, such as `gs://bucket/v1.0/dicomweb`; default: the URL of the given store. */
  readonly uri?: string | undefined
  readonly now?: (() => number) | undefined
  readonly randomUUID?: (() => string) | undefined
}

/** The options with every default in place. */
export interface CodSettings extends z.output<typeof codOptionsSchema> {
  readonly onTrouble: OnTrouble | undefined
  readonly skipUnreadable: boolean
  readonly hashUid: ((uid: string) => string) | undefined
  readonly uri: string
  readonly now: () => number
  readonly randomUUID: () => string
}
