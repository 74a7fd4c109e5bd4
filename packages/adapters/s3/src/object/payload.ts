import { type Digests, GantryError, exactlyHeldBack } from '@gantry/core/driver'

import { base64Of, type Checksum, checksumOf, headerOf, startChecksum } from '../checksum/algorithm.ts'
import { unsignedPayload } from '../sign/signer.ts'
import { awsChunked, awsChunkedLength } from './aws-chunked.ts'

/** A body on its way to S3, with what lets S3 check it. */
export interface Payload {
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
  /** `x-amz-content-sha256` */
  readonly payload: string
  /** Bytes of the body as it is framed, where it is: kept by a service that does not know frames. */
  readonly framed?: number
  /** Digests of what was sent; asked for when it has been. */
  readonly sent: () => Digests
}

/** What the service is to check. */
export interface Wanted {
  readonly checksum: Checksum | undefined
  readonly md5: boolean
  /** Known before: S3 then checks the promise itself. */
  readonly given: Digests | undefined
}

/** A body at hand: its checksum stands in a header. */
export function payloadOfBytes(bytes: Uint8Array, wanted: Wanted): Payload {
  const { checksum, md5, given } = wanted
  const digests: { [Algorithm in Checksum | 'md5']?: string } = {}
  if (checksum !== undefined) digests[checksum] = given?.[checksum] ?? checksumOf(checksum, bytes)
  if (md5 || given?.md5 !== undefined) digests.md5 = given?.md5 ?? checksumOf('md5', bytes)
  return { headers: digestHeaders(checksum, digests), body: bytes, payload: unsignedPayload, sent: () => digests }
}

/** A body that passes, and whose checksum is known before. */
export function payloadOfKnown(body: AsyncIterable<Uint8Array>, size: number, wanted: Wanted): Payload {
  const { checksum, given } = wanted
  const digests: { [Algorithm in Checksum | 'md5']?: string } = {}
  if (checksum !== undefined && given?.[checksum] !== undefined) digests[checksum] = given[checksum]
  if (given?.md5 !== undefined) digests.md5 = given.md5
  const headers: (readonly [string, string])[] = [...digestHeaders(checksum, digests), ['content-length', String(size)]]
  return { headers, body: exactlyHeldBack(body, size), payload: unsignedPayload, sent: () => digests }
}

/** A body that passes, with its checksum behind it. */
export function payloadWithTrailer(body: AsyncIterable<Uint8Array>, size: number, checksum: Checksum): Payload {
  const running = startChecksum(checksum)
  const name = headerOf(checksum)
  let hex: string | undefined
  const trailer = () => {
    hex = running.hex()
    return `${name}:${base64Of(hex)}\r\n`
  }
  const trailerLength = name.length + 1 + base64Of(startChecksum(checksum).hex()).length + 2
  const framed = awsChunkedLength(size, trailerLength)
  return {
    framed,
    headers: [
      ['content-encoding', 'aws-chunked'],
      ['content-length', String(framed)],
      ['x-amz-decoded-content-length', String(size)],
      ['x-amz-sdk-checksum-algorithm', checksum.toUpperCase()],
      ['x-amz-trailer', name],
    ],
    body: awsChunked(body, size, (chunk) => running.update(chunk), trailer),
    payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    sent: () => (hex === undefined ? {} : { [checksum]: hex }),
  }
}

/** A body that passes, for services that check nothing: what they tell of it afterwards is compared. */
export function payloadUnchecked(body: AsyncIterable<Uint8Array>, size: number): Payload {
  const running = startChecksum('md5')
  let hex: string | undefined
  async function* watched(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of body) {
      running.update(chunk)
      yield chunk
    }
  }
  return {
    headers: [['content-length', String(size)]],
    body: exactlyHeldBack(watched(), size),
    payload: unsignedPayload,
    sent: () => ({ md5: (hex ??= running.hex()) }),
  }
}

/**
 * Fails where the service tells another digest than was sent. RGW looks at a checksum only if its algorithm is named
 * too, so an answer without one proves nothing.
 */
export function compareAnswer(sent: Digests, answered: Digests | undefined, checksum: Checksum | undefined): void {
  for (const algorithm of checksum === undefined ? (['md5'] as const) : ([checksum, 'md5'] as const)) {
    const mine = sent[algorithm]
    const theirs = answered?.[algorithm]
    if (mine !== undefined && theirs !== undefined && mine !== theirs) {
      throw new GantryError('integrity', 'The service keeps other bytes than were sent: the checksums differ.')
    }
  }
}

function digestHeaders(checksum: Checksum | undefined, digests: Digests): [string, string][] {
  const headers: [string, string][] = []
  const value = checksum === undefined ? undefined : digests[checksum]
  if (checksum !== undefined && value !== undefined) {
    headers.push(['x-amz-sdk-checksum-algorithm', checksum.toUpperCase()], [headerOf(checksum), base64Of(value)])
  }
  if (digests.md5 !== undefined) headers.push(['content-md5', base64Of(digests.md5)])
  return headers
}
