import { createHash } from 'node:crypto'

import { type Call, isGantryError } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import { carHeader, longestHead, readSectionHead, type Section } from '../pack/car.ts'
import { isBlockOf } from '../pack/cid.ts'
import type { Blob, ShardStore } from '../shards/shard-store.ts'

/** A block as it stands in a shard. */
export interface ScannedBlock extends Section {
  /** Its bytes are those of its CID; valid until the next is asked for. */
  readonly right: boolean
  readonly bytes: Uint8Array
}

/** What a scan ends with. */
export interface ScannedShard {
  /** The shard as a whole is what its name says. */
  readonly right: boolean
  readonly size: number
}

/** Reads a shard from end to end, and proves each of its blocks. */
export async function* scanShard(
  shards: ShardStore,
  blob: Blob,
  call: Call,
): AsyncGenerator<ScannedBlock, ScannedShard, undefined> {
  const hash = createHash('sha256')
  let size = 0
  // One section at most, and a chunk.
  let held = Buffer.alloc(0)
  let position = 0
  let inHeader = true
  let malformed = false
  for await (const chunk of await shards.read(blob, { start: 0, end: blob.size }, call)) {
    hash.update(chunk)
    size += chunk.length
    if (malformed) continue
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk])
    if (inHeader) {
      if (held.length < carHeader.length) continue
      malformed = Buffer.compare(held.subarray(0, carHeader.length), carHeader) !== 0
      held = held.subarray(carHeader.length)
      position += carHeader.length
      inHeader = false
    }
    while (!malformed && held.length > 0) {
      const section = sectionOf(held, position, size === blob.size)
      if (section === 'more') break
      if (section === undefined) {
        malformed = true
        break
      }
      const start = section.offset - position
      if (held.length < start + section.size) break
      const bytes = held.subarray(start, start + section.size)
      yield { ...section, bytes, right: isBlockOf(section.cid, bytes) }
      held = held.subarray(start + section.size)
      position = section.offset + section.size
    }
  }
  return { right: digestIs(blob.cid, hash.digest()), size }
}

function sectionOf(held: Buffer, position: number, atEnd: boolean): Section | 'more' | undefined {
  if (held.length < longestHead && !atEnd) return 'more'
  try {
    return readSectionHead(held.subarray(0, longestHead), position)
  } catch (error) {
    if (isGantryError(error)) return undefined
    throw error
  }
}

function digestIs({ multihash }: CID, digest: Uint8Array): boolean {
  return Buffer.compare(multihash.digest, digest) === 0
}
