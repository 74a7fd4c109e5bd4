import { GantryError } from '@gantry/core/driver'
import * as z from 'zod'

const offset = z.number().int().nonnegative()
const digests = z.record(z.string(), z.string()).optional()

const row = z.object({
  name: z.string(),
  headerOffset: offset,
  offset,
  size: offset,
  mtime: z.number(),
})

/** An instance that the parcel has added to the tar. */
const added = z.object({
  path: z.string(),
  key: z.string(),
  start: offset,
  size: offset,
  crc32c: z.string(),
  tables: z.object({
    CustomOffsetTable: z.array(offset).optional(),
    CustomOffsetTableLengths: z.array(offset).optional(),
  }),
  pixelsEnd: offset.optional(),
  /** Bytes of its record, by which what the metadata will be is known before the tar can be read. */
  textSize: offset.optional(),
})

/**
 * What another process needs to go on with a parcel: plain text, of bytes and offsets alone. It begins as the name of the
 * lock's owner, and learns of the upload at the first place from which it can be gone on with.
 */
const savedSchema = z.object({
  version: z.literal(1),
  study: z.string(),
  series: z.string(),
  owner: z.string(),
  /** Of the tar that is added to. */
  base: z.string().nullable().optional(),
  sent: z
    .object({
      upload: z.object({ path: z.string(), id: z.string(), started: z.number().optional() }),
      parts: z.array(z.object({ number: offset, offset, size: offset, tag: z.string(), digests })),
    })
    .optional(),
  rows: z.array(row).optional(),
  added: z.array(added).optional(),
  /** What is in the tar that was about to be published: whether it was, its size at its place tells. */
  publishing: z.object({ size: offset, rows: z.array(row), added: z.array(added) }).optional(),
  /** Version and size of the tar that was published; what is missing is the index and the metadata. */
  published: z.object({ version: z.string().nullable(), size: offset }).optional(),
})

export type SavedParcel = z.infer<typeof savedSchema>
export type AddedInstance = z.infer<typeof added>

export function parseSaved(text: string): SavedParcel {
  try {
    return savedSchema.parse(JSON.parse(text))
  } catch {
    throw new GantryError('invalid', 'What was saved of the parcel is not what a COD store saves.')
  }
}

export function formatSaved(saved: SavedParcel): string {
  return JSON.stringify(saved)
}
