import {
  type Bytes,
  type Call,
  GantryError,
  type NewPart,
  type StoredPart,
  tap,
  wrongLength,
} from '@gantry/core/driver'
import type { Stream } from '@gantry/http'

import { addToCrc32c, base64OfHex, hexOfCrc } from '../bytes/crc32c.ts'
import { digestsOf } from '../object/resource.ts'
import type { Service } from '../service/service.ts'
import type { Place } from './staged.ts'

/** Puts one part: one that comes as a single chunk with its checksum before it, any other is compared afterwards. */
export async function putPart(
  service: Service,
  place: Place,
  part: NewPart,
  body: Bytes,
  call: Call,
): Promise<StoredPart> {
  const iterator = body[Symbol.asyncIterator]()
  try {
    const first = await iterator.next()
    if (first.done === true) throw wrongLength()
    if (first.value.length < part.size) return await putStream(service, place, part, first.value, iterator, call)
    const bytes = first.value
    if (bytes.length !== part.size) throw wrongLength()
    const crc32c = hexOfCrc(addToCrc32c(bytes))
    if (part.digests?.crc32c !== undefined && part.digests.crc32c !== crc32c) throw notPromised()
    const stored = await put(service, place, part, { body: bytes, given: crc32c, sent: () => crc32c }, call)
    if ((await iterator.next()).done !== true) throw wrongLength()
    return stored
  } finally {
    // Not awaited: a producer that hangs must not keep a part that failed from saying so.
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

async function putStream(
  service: Service,
  place: Place,
  part: NewPart,
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  call: Call,
): Promise<StoredPart> {
  let crc = 0
  const bytes = tap(rejoined(first, rest), (chunk) => {
    crc = addToCrc32c(chunk, crc)
  })
  const body = { bytes, size: part.size }
  return await put(service, place, part, { body, given: part.digests?.crc32c, sent: () => hexOfCrc(crc) }, call)
}

async function* rejoined(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first
  yield* { [Symbol.asyncIterator]: () => rest }
}

interface PartBody {
  readonly body: Uint8Array | Stream
  /** CRC-32C that is known before, which the service checks. */
  readonly given: string | undefined
  readonly sent: () => string
}

async function put(service: Service, place: Place, part: NewPart, payload: PartBody, call: Call): Promise<StoredPart> {
  const { number, offset, size } = part
  const { body, given, sent } = payload
  const answer = await service.perform(
    {
      method: 'PUT',
      url: service.xmlUrl(place.key, { partNumber: number, uploadId: place.uploadId }),
      headers: given === undefined ? {} : { 'x-goog-hash': `crc32c=${base64OfHex(given)}` },
      body,
      repeatable: true,
    },
    call,
  )
  const tag = answer.header('etag')
  if (tag === undefined) throw new GantryError('unavailable', 'The service did not confirm the part.')
  const digests = digestsOf(/\bcrc32c=([\w+/=]+)/u.exec(answer.header('x-goog-hash') ?? '')?.[1], undefined)
  if (digests?.crc32c !== undefined && digests.crc32c !== sent()) {
    throw new GantryError('integrity', 'The service keeps another part than was sent: the checksums differ.')
  }
  return { number, offset, size, tag, ...(digests !== undefined && { digests }) }
}

function notPromised(): GantryError {
  return new GantryError('integrity', 'The bytes are not those that were promised.')
}
