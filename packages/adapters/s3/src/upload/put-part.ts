import {
  type Bytes,
  type Call,
  type Digests,
  GantryError,
  type NewPart,
  type StoredPart,
  type Upload,
  wrongLength,
} from '@gantry/core/driver'

import type { Checksum } from '../checksum/algorithm.ts'
import { digestsOf } from '../object/entry-of.ts'
import { PooledGatherer } from '../object/pooled-gatherer.ts'
import { compareAnswer, type Payload, payloadOfBytes, payloadUnchecked, payloadWithTrailer } from '../object/payload.ts'
import { S3Failure } from '../failure.ts'
import { drain } from '../http/drain.ts'
import { rejoined } from '../object/rejoined.ts'
import { withoutTrailer, withTrailer } from '../object/trailers.ts'
import type { ObjectRequest, Service } from '../service/service.ts'
import { whyUnknown } from './list-parts.ts'

/** Where parts go. */
export interface PartTarget {
  readonly service: Service
  readonly upload: Upload
  /** The one that the upload was begun with, which its parts have to come with. */
  readonly checksum: Checksum | undefined
}

/**
 * Puts one part: fastest when its body comes as a single chunk. A part is not published, so unlike an object it may be
 * sent before its producer has said that there is no more.
 */
export async function putPart(target: PartTarget, part: NewPart, body: Bytes, call: Call): Promise<StoredPart> {
  const iterator = body[Symbol.asyncIterator]()
  try {
    const first = await iterator.next()
    if (first.done === true) throw wrongLength()
    if (first.value.length < part.size) {
      return await putChunks(target, part, first.value, iterator, call)
    }
    const stored = await putPartBytes(target, part, first.value, call)
    if ((await iterator.next()).done !== true) throw wrongLength()
    return stored
  } finally {
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

async function putChunks(
  target: PartTarget,
  part: NewPart,
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  call: Call,
): Promise<StoredPart> {
  const { service, upload, checksum } = target
  const body = rejoined([first], rest)
  if (checksum === undefined) {
    return await send(target, part, payloadUnchecked(body, part.size), call)
  }
  if (service.traits.trailersOfParts) {
    const payload = payloadWithTrailer(body, part.size, checksum)
    return await withTrailer(service, upload.path, async () => await send(target, part, payload, call))
  }
  // Its checksum must come with the part, and as far as is known only before it.
  const gatherer = new PooledGatherer(rest, part.size)
  try {
    const { bytes, excess } = await gatherer.take(part.size, first)
    if (excess !== undefined) throw wrongLength()
    return await withoutTrailer(service, upload.path, async () => await putPartBytes(target, part, bytes, call))
  } finally {
    gatherer.close()
  }
}

export async function putPartBytes(
  target: PartTarget,
  part: NewPart,
  bytes: Uint8Array,
  call: Call,
): Promise<StoredPart> {
  if (bytes.length !== part.size) throw wrongLength()
  const { service, checksum } = target
  // Uploads that others began have no checksum: then the MD5 must do.
  const md5 = service.traits.md5 || (checksum === undefined && service.settings.checksum !== 'none')
  const payload = payloadOfBytes(bytes, { checksum, md5, given: part.digests })
  return await send(target, part, payload, call)
}

async function send(target: PartTarget, part: NewPart, payload: Payload, call: Call): Promise<StoredPart> {
  const { service, upload, checksum } = target
  const request: ObjectRequest = {
    method: 'PUT',
    path: upload.path,
    query: [
      ['partNumber', String(part.number)],
      ['uploadId', upload.id],
    ],
    headers: payload.headers,
    body: payload.body,
    payload: payload.payload,
  }
  const { headers, body } = await service.send(request, call).catch(async (error: unknown) => {
    throw await explained(target, error, call)
  })
  await drain(body)
  const tag = headers.get('etag')
  if (tag === undefined) throw new GantryError('unavailable', 'The service did not confirm the part.')
  const digests: Digests | undefined = digestsOf(headers)
  const sent = payload.sent()
  // Silence proves nothing here: S3 must repeat the checksum of a part, and some services do not.
  if (checksum !== undefined && digests?.[checksum] !== undefined) service.traits.learnChecksums(true, true)
  compareAnswer(sent, digests, checksum)
  const { number, offset, size } = part
  return { number, offset, size, tag, ...(digests === undefined ? {} : { digests }) }
}

/** RGW calls it an internal error, to be tried again, when the upload is gone. */
async function explained({ service, upload }: PartTarget, error: unknown, call: Call): Promise<unknown> {
  if (!(error instanceof S3Failure) || error.status !== 500) return error
  return (await whyUnknown(service, upload, call)) ?? error
}
