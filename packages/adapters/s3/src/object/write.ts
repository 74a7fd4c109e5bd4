import { type Bytes, type Call, type Entry, type NewEntry, wrongLength } from '@gantry/core/driver'

import { gatheredSize } from '../http/slabs.ts'
import type { Service } from '../service/service.ts'
import type { Uploads } from '../upload/uploads.ts'
import { PooledGatherer } from './pooled-gatherer.ts'
import { longestPut } from './one-put.ts'
import { payloadOfBytes, payloadOfKnown, payloadUnchecked, payloadWithTrailer } from './payload.ts'
import { put } from './put.ts'
import { rejoined } from './rejoined.ts'
import { asConflict } from './conflict.ts'
import { withoutTrailer, withTrailer } from './trailers.ts'
import { withChecksum, withChecksumOnce } from './with-checksum.ts'
import { writeInParts } from './write-in-parts.ts'

/** Writes an object by the shortest road that its length allows; every road publishes all of it or nothing. */
export async function write(
  service: Service,
  uploads: Uploads,
  entry: NewEntry,
  body: Bytes,
  call: Call,
): Promise<Entry> {
  const { size } = entry
  const iterator = body[Symbol.asyncIterator]()
  try {
    if (size !== undefined && size <= gatheredSize) return await writeGathered(service, entry, size, iterator, call)
    if (size !== undefined && size <= longestPut) {
      return await writeStream(service, uploads, { ...entry, size }, iterator, call)
    }
    return await writeInParts(service, uploads, entry, iterator, undefined, call)
  } catch (error) {
    throw asConflict(error, entry)
  } finally {
    // Not awaited: a producer that hangs must not keep a write that failed from saying so.
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

/** Gathered first, so that the checksum can stand before the body and the body can be sent twice. */
async function writeGathered(
  service: Service,
  entry: NewEntry,
  size: number,
  body: AsyncIterator<Uint8Array>,
  call: Call,
): Promise<Entry> {
  const gatherer = new PooledGatherer(body, size)
  try {
    const taken = await gatherer.take(size)
    if (taken.excess !== undefined || taken.bytes.length < size) throw wrongLength()
    const given = { ...entry.digests, ...entry.digested?.() }
    return await withChecksum(service, async (checked) => {
      return await put(service, entry, size, payloadOfBytes(taken.bytes, { ...checked, given }), call)
    })
  } finally {
    gatherer.close()
  }
}

async function writeStream(
  service: Service,
  uploads: Uploads,
  entry: NewEntry & { readonly size: number },
  body: AsyncIterator<Uint8Array>,
  call: Call,
): Promise<Entry> {
  const { traits } = service
  const { checksum, md5 } = traits
  const { size, digests } = entry
  const first = await body.next()
  if (first.done === true) throw wrongLength()
  const wanted = { checksum, md5, given: digests }
  const whole = rejoined([first.value], body)
  if (first.value.length === size) {
    // All of it is at hand, so it can be digested before it is sent.
    const { sent } = payloadOfBytes(first.value, wanted)
    const payload = payloadOfKnown(whole, size, { checksum, md5, given: sent() })
    return await withChecksumOnce(service, async () => await put(service, entry, size, payload, call))
  }
  const given = checksum === undefined ? !md5 || digests?.md5 !== undefined : digests?.[checksum] !== undefined
  if (given) {
    const payload = payloadOfKnown(whole, size, wanted)
    return await withChecksumOnce(service, async () => await put(service, entry, size, payload, call))
  }
  if (checksum === undefined || !traits.trailers) {
    return await withoutTrailer(service, entry.path, async () => {
      if (service.uploadsInParts) {
        return await writeInParts(service, uploads, entry, body, first.value, call)
      }
      return await put(service, entry, size, payloadUnchecked(whole, size), call)
    })
  }
  const payload = payloadWithTrailer(whole, size, checksum)
  return await withTrailer(service, entry.path, async () => await put(service, entry, size, payload, call))
}
