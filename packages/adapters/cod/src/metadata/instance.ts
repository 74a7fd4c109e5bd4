import type { DicomJson } from '@gantry/core/driver'
import * as z from 'zod'

import { crcOfBase64 } from '../bytes/base64.ts'
import type { KeptText } from '../bytes/kept-text.ts'

const offset = z.number().int().nonnegative()

/**
 * What readers need of an instance's record; everything else of it is kept as it is. What is odd in a field that its bytes
 * can be had without is as if it were not there.
 */
const instanceSchema = z.looseObject({
  headers: z.looseObject({ start_byte: offset }),
  size: offset,
  crc32c: z.string(),
  version: z.string().optional().catch('not understood'),
  modified_datetime: z.string().optional().catch(undefined),
  offset_tables: z
    .looseObject({
      CustomOffsetTable: z.array(offset).optional(),
      CustomOffsetTableLengths: z.array(offset).optional(),
    })
    .nullish()
    .catch(undefined),
  metadata: z.unknown().optional(),
})

/** One instance, as `metadata.json` has it. */
export interface Instance {
  /** Its SOP Instance UID, or what that was hashed to. */
  readonly key: string
  /** Where its file begins in the tar. The end that is recorded is not used: writers disagree on what it means. */
  readonly start: number
  readonly size: number
  /** As `Digests` write it. */
  readonly crc32c: string
  /** Milliseconds since the epoch. */
  readonly modified: number | undefined
  readonly offsetTable: readonly number[] | undefined
  readonly offsetTableLengths: readonly number[] | undefined
  /** `1.0`: `metadata` is DICOM JSON; `2.0`: the same, compressed; others are not understood. */
  readonly version: string
  readonly metadata: unknown
  /** In place of `metadata`, where those are long. */
  readonly long?: LongDataSet
}

/** A header whose JSON is not kept as objects, which would take up many times of it. */
export interface LongDataSet {
  /** What entries and frames are known by. */
  readonly summary: DicomJson
  /** All of it: DICOM JSON. */
  readonly text: KeptText
}

/** `undefined` for a record that lacks what it takes to find the instance's bytes. */
export function parseInstance(key: string, record: unknown): Instance | undefined {
  const parsed = instanceSchema.safeParse(record)
  if (!parsed.success) return undefined
  const { headers, size, crc32c, version = '1.0', modified_datetime: modified, offset_tables: tables } = parsed.data
  const crc = crcOfBase64(crc32c)
  if (crc === undefined || !Number.isSafeInteger(headers.start_byte + size)) return undefined
  return {
    key,
    start: headers.start_byte,
    size,
    crc32c: crc,
    modified: timeOf(modified),
    offsetTable: tables?.CustomOffsetTable,
    offsetTableLengths: tables?.CustomOffsetTableLengths,
    version,
    metadata: parsed.data.metadata,
  }
}

/** Python writes ISO times without a zone; its writers run in UTC. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/u.test(text) ? text : `${text}Z`)
  return Number.isNaN(time) ? undefined : time
}
