import {
  type Bytes,
  type Call,
  type Entry,
  type NewEntry,
  type StoredPart,
  type Upload,
  wrongLength,
} from '@gantry/core/driver'
import { Gatherer } from '@gantry/http'

import type { Service } from '../service.ts'
import { mostPartBytes, mostParts, type Uploads } from '../upload/uploads.ts'
import { put } from './put.ts'

/** Bodies up to this are gathered, so that their checksum stands before them and they can be sent twice. */
const gatheredSize = 1024 * 1024
/** Parts of bodies that are gathered part by part. */
const gatheredPart = 4 * 1024 * 1024
/** Milliseconds in which an upload that failed is given up, or left to the hub, which forgets it in time. */
const abandonWithin = 10_000

/**
 * Writes an object: small ones by one PUT, others as an upload in parts, whose checksums are compared before it is
 * published. Both are all or nothing.
 */
export async function write(
  service: Service,
  uploads: Uploads,
  entry: NewEntry,
  body: Bytes,
  call: Call,
): Promise<Entry> {
  const { size } = entry
  if (size !== undefined && size > gatheredSize && size <= mostPartBytes && service.transport.streams) {
    return await inParts(uploads, entry, call, async (upload) => {
      return [await uploads.putPart(upload, { number: 1, offset: 0, size }, body, call)]
    })
  }
  const gatherer = new Gatherer(body)
  const partSize = partSizeOf(size, service.transport)
  try {
    const first = await gatherer.take(partSize, size)
    if (await gatherer.ended()) {
      if (size !== undefined && first.length !== size) throw wrongLength()
      if (first.length <= gatheredSize) return await put(service, entry, first, call)
    }
    return await inParts(
      uploads,
      entry,
      call,
      async (upload) => await putPieces(uploads, upload, first, gatherer, partSize, call),
    )
  } finally {
    gatherer.close()
  }
}

function partSizeOf(size: number | undefined, { streams }: Service['transport']): number {
  // Of an unknown length may well be a very large body.
  if (size === undefined) return 2 * gatheredPart
  if (size <= gatheredSize) return gatheredSize
  // What goes up at once is told of only when it is there: on a slow line, a long part would look like a stalled one.
  return Math.max(streams ? gatheredPart : gatheredSize, Math.ceil(size / mostParts))
}

async function putPieces(
  uploads: Uploads,
  upload: Upload,
  first: Uint8Array,
  rest: Gatherer,
  partSize: number,
  call: Call,
): Promise<readonly StoredPart[]> {
  const parts: StoredPart[] = []
  let offset = 0
  for (let piece = first; piece.length > 0; piece = await rest.take(partSize)) {
    const part = { number: parts.length + 1, offset, size: piece.length }
    parts.push(await uploads.putBytes(upload, part, piece, call))
    offset += piece.length
  }
  return parts
}

async function inParts(
  uploads: Uploads,
  entry: NewEntry,
  call: Call,
  putAll: (upload: Upload) => Promise<readonly StoredPart[]>,
): Promise<Entry> {
  const upload = await uploads.begin(entry, call)
  try {
    const parts = await putAll(upload)
    return await uploads.complete(upload, entry, parts, call)
  } catch (error) {
    // Not awaited: whoever stopped this waits for nothing more.
    uploads.abort(upload, { signal: AbortSignal.timeout(abandonWithin) }).catch(() => {})
    throw error
  }
}
