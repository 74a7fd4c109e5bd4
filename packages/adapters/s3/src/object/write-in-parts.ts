import {
  type Call,
  type Entry,
  GantryError,
  type NewEntry,
  type StoredPart,
  toCall,
  wrongLength,
} from '@gantry/core/driver'

import { gatheredSize } from '../http/slabs.ts'
import type { Service } from '../service/service.ts'
import { mostParts, type Uploads } from '../upload/uploads.ts'
import { Gatherer, type Taken } from './gatherer.ts'
import { payloadOfBytes } from './payload.ts'
import { put } from './put.ts'
import { withChecksum } from './with-checksum.ts'

/**
 * Writes a body of whatever length by gathering it part by part: one PUT if there is but one part. What was begun is
 * removed when it fails.
 */
export async function writeInParts(
  service: Service,
  uploads: Uploads,
  entry: NewEntry,
  body: AsyncIterator<Uint8Array>,
  first: Uint8Array | undefined,
  call: Call,
): Promise<Entry> {
  const partSize = Math.max(service.settings.partSize, Math.ceil((entry.size ?? 0) / mostParts))
  const gatherer = new Gatherer(body, gatheredSize)
  try {
    const taken = await gatherer.take(partSize, first)
    if (taken.excess !== undefined) {
      if (!service.settings.uploadsInParts) throw tooLong()
      return await putParts(uploads, entry, partSize, gatherer, taken, call)
    }
    const { bytes } = taken
    if (entry.size !== undefined && entry.size !== bytes.length) throw wrongLength()
    return await withChecksum(service, async (checked) => {
      const payload = payloadOfBytes(bytes, { ...checked, given: entry.digests })
      return await put(service, entry, bytes.length, payload, call)
    })
  } finally {
    gatherer.close()
  }
}

function tooLong(): GantryError {
  const message =
    'Without uploads in parts, what is of unknown length must fit into one part, and anything else into 5 GiB: give a larger partSize, or leave out the option uploadsInParts.'
  return new GantryError('unsupported', message)
}

async function putParts(
  uploads: Uploads,
  entry: NewEntry,
  partSize: number,
  gatherer: Gatherer,
  first: Taken,
  call: Call,
): Promise<Entry> {
  const upload = await uploads.begin(entry, call)
  try {
    const parts: StoredPart[] = []
    let taken = first
    let offset = 0
    for (;;) {
      const { bytes, excess } = taken
      if (parts.length === mostParts) throw new GantryError('invalid', 'The body is too long for parts of that size.')
      const part = { number: parts.length + 1, offset, size: bytes.length }
      parts.push(await uploads.putBytes(upload, part, bytes, call))
      offset += bytes.length
      if (excess === undefined) break
      taken = await gatherer.take(partSize, excess)
    }
    if (entry.size !== undefined && entry.size !== offset) throw wrongLength()
    return await uploads.complete(upload, entry, parts, call)
  } catch (error) {
    // With a signal of its own, because the caller's may be why it failed.
    await uploads.abort(upload, toCall()).catch(() => {})
    throw error
  }
}
