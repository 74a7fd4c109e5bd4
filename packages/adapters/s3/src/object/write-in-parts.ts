import { type Call, type Entry, GantryError, type NewEntry, type StoredPart, toCall } from '@gantry/core/driver'

import type { Service } from '../service/service.ts'
import { mostParts, type Uploads } from '../upload/uploads.ts'
import { wrongLength } from './held-back.ts'
import { payloadOfBytes } from './payload.ts'
import { put } from './put.ts'
import { takeUpTo } from './take-up-to.ts'

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
  let taken = await takeUpTo(body, partSize, first)
  if (taken.excess === undefined) {
    const { bytes } = taken
    if (entry.size !== undefined && entry.size !== bytes.length) throw wrongLength()
    const { checksum, md5 } = service.traits
    const payload = payloadOfBytes(bytes, { checksum, md5, given: entry.digests })
    return await put(service, entry, bytes.length, payload, call)
  }
  const upload = await uploads.begin(entry, call)
  try {
    const parts: StoredPart[] = []
    for (let offset = 0; ;) {
      const { bytes, excess } = taken
      if (parts.length === mostParts) throw new GantryError('invalid', 'The body is too long for parts of that size.')
      const part = { number: parts.length + 1, offset, size: bytes.length }
      parts.push(await uploads.putBytes(upload, part, bytes, call))
      offset += bytes.length
      taken.giveBack()
      if (excess === undefined) {
        if (entry.size !== undefined && entry.size !== offset) throw wrongLength()
        break
      }
      taken = await takeUpTo(body, partSize, excess)
    }
    return await uploads.complete(upload, entry, parts, call)
  } catch (error) {
    // With a signal of its own, because the caller's may be why it failed.
    await uploads.abort(upload, toCall()).catch(() => {})
    throw error
  }
}
