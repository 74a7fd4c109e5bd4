import { GantryError, releasing } from '@gantry/core/driver'
import { multipartParts, parseContentType } from '@gantry/http'
import type { Answer } from '@gantry/http'

import { checkMediaType } from './media-types.ts'

/** One thing of an answer: an instance, a frame, a value. */
export interface RetrievedPart {
  readonly contentType: string | undefined
  /** UID, where the part tells it. */
  readonly transferSyntax: string | undefined
  /** `Content-Location`: where it would be had alone. */
  readonly location: string | undefined
  /** Bytes, where the part tells them. */
  readonly size: number | undefined
  /** Chunks are lent until the next is asked for. It must be read, or closed, before the next part is asked for. */
  readonly body: AsyncIterableIterator<Uint8Array>
}

/** A part as it is received. */
export type ReceivedPart = RetrievedPart & Pick<Answer, 'endsWithConnection'>

/** Longest boundary that is taken: the standard has 70 characters, and a well-known service 73. */
const longestBoundary = 256

/**
 * Parts of an answer to what was asked for as `accept`, and then the proof that those were all. An answer that is a single part
 * is taken as well, as services have it that do not speak `multipart`.
 */
export function partsOf(answer: Answer, accept: string): AsyncIterableIterator<ReceivedPart> {
  const type = answer.header('content-type') ?? ''
  const { mediaType, parameters } = parseContentType(type)
  if (!mediaType.startsWith('multipart/')) return onePart(answer, accept)
  const boundary = parameters.get('boundary') ?? ''
  if (!/^[\u{20}-\u{7e}]+$/u.test(boundary) || boundary.length > longestBoundary) {
    throw new GantryError('integrity', 'The answer is malformed: its parts have no boundary.')
  }
  return manyParts(answer, boundary, accept)
}

async function* manyParts(
  answer: Answer,
  boundary: string,
  accept: string,
): AsyncGenerator<ReceivedPart, void, undefined> {
  for await (const { headers, size, body } of multipartParts(answer.body, boundary)) {
    // Some services leave it out: then it is what was asked for.
    const type = headers.get('content-type')
    if (type !== undefined) checkMediaType(type, accept)
    yield described((name) => headers.get(name), size, body)
  }
  // Older editions of the standard let a service leave out what it cannot give as it was asked for.
  if (answer.status === 206) {
    throw new GantryError('integrity', 'The service gave some of what was asked for alone.', { retryable: false })
  }
}

async function* onePart(answer: Answer, accept: string): AsyncGenerator<ReceivedPart, void, undefined> {
  try {
    checkGiven(answer, accept)
    const part = described((name) => answer.header(name), sizeOf(answer), answer.body)
    yield { ...part, endsWithConnection: answer.endsWithConnection }
  } finally {
    await answer.body.return?.()
  }
}

/** An answer that is no `multipart` has what was asked for, and all of it. */
export function checkGiven(answer: Answer, accept: string): void {
  const { status } = answer
  if (status === 204 || status === 205) throw new GantryError('integrity', 'The service answered with nothing.')
  if (status === 206) {
    throw new GantryError('unsupported', 'The service answers with a part (206) where all was asked for.')
  }
  checkMediaType(answer.header('content-type'), accept)
}

/** Fails where nothing tells the end of an answer from a connection that broke. */
export function checkEnd({ endsWithConnection = false }: Pick<Answer, 'endsWithConnection'>): void {
  if (endsWithConnection) throw endless()
}

export function endless(): GantryError {
  return new GantryError('unavailable', 'The answer does not tell how long it is, so nobody could tell if it is whole.')
}

function sizeOf(answer: Answer): number | undefined {
  const length = answer.header('content-length')
  return length === undefined || answer.header('content-encoding') !== undefined ? undefined : Number(length)
}

function described(
  header: (name: string) => string | undefined,
  size: number | undefined,
  body: AsyncIterableIterator<Uint8Array>,
): RetrievedPart {
  const contentType = header('content-type')
  return {
    contentType,
    transferSyntax: parseContentType(contentType ?? '').parameters.get('transfer-syntax'),
    location: header('content-location'),
    size,
    body,
  }
}

/** The only part of an answer; its body fails at its end when others follow, or the answer was cut off behind it. */
export async function onlyPartOf(answer: Answer, accept: string): Promise<ReceivedPart> {
  const parts = partsOf(answer, accept)
  try {
    const first = await parts.next()
    if (first.done === true) throw new GantryError('integrity', 'The answer has no parts.')
    const { body } = first.value
    const close = async () => await parts.return?.()
    return { ...first.value, body: releasing(alone(body, parts, close), close) }
  } catch (error) {
    await parts.return?.()
    throw error
  }
}

async function* alone(
  body: AsyncIterable<Uint8Array>,
  parts: AsyncIterator<ReceivedPart>,
  close: () => Promise<unknown>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body
    const next = await parts.next()
    if (next.done !== true) throw new GantryError('integrity', 'The answer has more parts than were asked for.')
  } finally {
    await close()
  }
}
