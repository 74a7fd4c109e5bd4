import { GantryError } from '@gantry/core/driver'
import * as z from 'zod'

import { fromBase64, toBase64 } from '../manifest/base64.ts'
import { unitEntrySchema } from '../manifest/unit-record.ts'
import type { Position } from '../pack/dag-index.ts'

const count = z.number().int().nonnegative()

/** A file that is packed: what its unit will say of it, and the bytes of its blocks. */
const savedFileSchema = unitEntrySchema.omit({ place: true }).extend({ total: count })
export type SavedFile = z.output<typeof savedFileSchema>

/** A file that goes on in the next shard: under its nonce nothing else may be encrypted. */
const openFileSchema = z.object({
  path: z.string(),
  size: count,
  modified: z.number().optional(),
  nonce: z.string().optional(),
  /** Base64 of the SHA-256 of its leaves, those that were sent. */
  leaves: z.string(),
})
export type OpenFile = z.output<typeof openFileSchema>

const savedShardSchema = z.object({
  cid: z.string(),
  size: count,
  piece: z.string().optional(),
  /** Base64; see `packSlices`. */
  slices: z.string(),
  /** Files that it completes. */
  files: z.array(savedFileSchema),
  /** The file that goes on behind it; told of the last two alone, as no more than one can turn out not to be there. */
  open: openFileSchema.optional(),
})
export type SavedShard = z.output<typeof savedShardSchema>

/** What another process needs to go on: it is told of a shard before that is sent. */
const savedStudySchema = z.object({
  version: z.literal(1),
  unit: z.string(),
  study: z.string(),
  /** Name of the study's key. */
  key: z.string().optional(),
  /** The key was made for this parcel. */
  newKey: z.boolean(),
  shards: z.array(savedShardSchema),
})
export type SavedStudy = z.output<typeof savedStudySchema>

export function formatSaved(saved: SavedStudy): string {
  return JSON.stringify(saved)
}

export function parseSaved(text: string): SavedStudy {
  try {
    return savedStudySchema.parse(JSON.parse(text))
  } catch {
    throw new GantryError('invalid', 'What was saved of the parcel is not what an archive saves.')
  }
}

const digestSize = 32
/** 32 bytes of SHA-256, 6 of the offset, 4 of the size. */
const sliceSize = digestSize + 6 + 4

export function packSlices(slices: ReadonlyMap<string, Position>): string {
  const bytes = Buffer.alloc(slices.size * sliceSize)
  let at = 0
  for (const [sha256, { offset, size }] of slices) {
    bytes.write(sha256, at, 'hex')
    bytes.writeUIntBE(offset, at + digestSize, 6)
    bytes.writeUInt32BE(size, at + digestSize + 6)
    at += sliceSize
  }
  return toBase64(bytes)
}

export function unpackSlices(text: string): Map<string, Position> {
  const bytes = Buffer.from(fromBase64(text))
  const slices = new Map<string, Position>()
  for (let at = 0; at + sliceSize <= bytes.length; at += sliceSize) {
    const offset = bytes.readUIntBE(at + digestSize, 6)
    const size = bytes.readUInt32BE(at + digestSize + 6)
    slices.set(bytes.toString('hex', at, at + digestSize), { offset, size })
  }
  return slices
}
