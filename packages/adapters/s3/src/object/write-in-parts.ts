import {
  type Call,
  type Entry,
  GantryError,
  type NewEntry,
  type StoredPart,
  toCall,
  type Upload,
  wrongLength,
} from '@gantry/core/driver'

import { gatheredSize } from '../http/slabs.ts'
import type { Service } from '../service/service.ts'
import { mostParts, type Uploads } from '../upload/uploads.ts'
import { PooledGatherer, type Taken } from './pooled-gatherer.ts'
import { fitting, longestPut } from './one-put.ts'
import { payloadOfBytes, payloadUnchecked } from './payload.ts'
import { put } from './put.ts'
import { rejoined } from './rejoined.ts'
import { withChecksum } from './with-checksum.ts'

/**
 * Writes a body of whatever length by gathering it part by part: one PUT if there is but one part, or if the service turns out
 * to take no parts. What was begun is removed when it fails.
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
  const gatherer = new PooledGatherer(body, gatheredSize)
  try {
    const taken = await gatherer.take(partSize, first)
    const { bytes, excess } = taken
    if (excess !== undefined) {
      const upload = await begun(service, uploads, entry, call)
      if (upload !== undefined) return await putParts(uploads, upload, entry, piecesOf(gatherer, partSize, taken), call)
      const { size } = entry
      if (size === undefined || size > longestPut) throw tooLong()
      return await put(service, entry, size, payloadUnchecked(rejoined([bytes, excess], body), size), call)
    }
    if (entry.size !== undefined && entry.size !== bytes.length) throw wrongLength()
    return await withChecksum(service, async (checked) => {
      const payload = payloadOfBytes(bytes, { ...checked, given: entry.digests })
      return await put(service, entry, bytes.length, payload, call)
    })
  } finally {
    gatherer.close()
  }
}

/** `undefined` where there are no uploads in parts, by the option or because the service has none. */
async function begun(service: Service, uploads: Uploads, entry: NewEntry, call: Call): Promise<Upload | undefined> {
  if (!service.uploadsInParts) return undefined
  try {
    return await uploads.begin(entry, call)
  } catch (error) {
    if (service.uploadsInParts) throw error
    return undefined
  }
}

function tooLong(): GantryError {
  return new GantryError('unsupported', `Without uploads in parts, ${fitting}`)
}

async function putParts(
  uploads: Uploads,
  upload: Upload,
  entry: NewEntry,
  pieces: AsyncIterable<Uint8Array>,
  call: Call,
): Promise<Entry> {
  try {
    const parts: StoredPart[] = []
    let offset = 0
    for await (const bytes of pieces) {
      if (parts.length === mostParts) throw new GantryError('invalid', 'The body is too long for parts of that size.')
      const part = { number: parts.length + 1, offset, size: bytes.length }
      parts.push(await uploads.putBytes(upload, part, bytes, call))
      offset += bytes.length
    }
    if (entry.size !== undefined && entry.size !== offset) throw wrongLength()
    return await uploads.complete(upload, entry, parts, call)
  } catch (error) {
    // With a signal of its own, because the caller's may be why it failed.
    await uploads.abort(upload, toCall()).catch(() => {})
    throw error
  }
}

/** Each is borrowed until the next is asked for. */
async function* piecesOf(gatherer: PooledGatherer, size: number, first: Taken): AsyncGenerator<Uint8Array> {
  let taken = first
  for (;;) {
    const { bytes, excess } = taken
    yield bytes
    if (excess === undefined) return
    taken = await gatherer.take(size, excess)
  }
}
