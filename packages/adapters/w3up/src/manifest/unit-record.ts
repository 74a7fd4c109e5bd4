import { GantryError } from '@gantry/core/driver'
import * as z from 'zod'

import { isCid } from '../pack/cid.ts'

const size = z.number().int().nonnegative()
const text = z.string().min(1)
/** One that is no CID any more was damaged. */
export const cidSchema = z.string().refine(isCid)

const image = z.object({
  studyInstanceUID: z.string(),
  seriesInstanceUID: z.string(),
  sopInstanceUID: z.string(),
  sopClassUID: z.string(),
  transferSyntaxUID: z.string().optional(),
  numberOfFrames: z.number().optional(),
})

/** One file of a unit: all that is needed to find, open and prove it. */
export const unitEntrySchema = z.object({
  path: text,
  /** Bytes of the plaintext. */
  size,
  /** Of the plaintext. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  /** The root of its blocks. */
  cid: cidSchema,
  /** Where it lies in the unit's folders. */
  place: text,
  /** Base64 of the nonce of its payload, where it is encrypted. */
  nonce: text.optional(),
  modified: z.number().optional(),
  contentType: z.string().optional(),
  image: image.optional(),
})

export type UnitEntry = z.output<typeof unitEntrySchema>

/** What is told of a unit to those who may read it. */
export const unitContentsSchema = z.object({
  /** The UID of the study, or what else its entries have in common. */
  study: text,
  entries: z.array(unitEntrySchema),
})

export type UnitContents = z.output<typeof unitContentsSchema>

const blob = z.object({ cid: cidSchema, size })

/**
 * One archived study, or a part of one, as it is kept: in clear what is needed to count and check its blobs, and sealed
 * what it holds.
 */
const unitRecordSchema = z.object({
  format: z.literal('gantry-archive-unit'),
  version: z.literal(1),
  unit: text,
  created: z.number(),
  root: cidSchema,
  /** With their PieceCIDs, where these were asked for: what Filecoin's providers name them by. */
  shards: z.array(blob.extend({ piece: text.optional() })),
  index: blob,
  /** Name of the study's key; absent where nothing is encrypted. */
  key: text.optional(),
  /** Base64 of an age file, or the contents in clear. */
  contents: z.union([z.string(), unitContentsSchema]),
})

export type UnitRecord = z.output<typeof unitRecordSchema>

export function parseUnitRecord(bytes: Uint8Array): UnitRecord {
  return parseJson(bytes, unitRecordSchema, 'A record of the archive')
}

export function parseUnitContents(bytes: Uint8Array): UnitContents {
  return parseJson(bytes, unitContentsSchema, 'The manifest of a unit')
}

/** `integrity` for what is not as the schema says; the error repeats nothing of it. */
export function parseJson<Schema extends z.ZodType>(bytes: Uint8Array, schema: Schema, what: string): z.output<Schema> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new GantryError('integrity', `${what} is no JSON.`, { retryable: false })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new GantryError('integrity', `${what} is not of a form that this version knows.`, { retryable: false })
}
