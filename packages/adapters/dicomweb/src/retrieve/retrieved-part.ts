import { GantryError, releasing } from '@gantry/core/driver'
import { multipartParts, parseContentType } from '@gantry/http'
import type { Answer } from '@gantry/http'

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

/** Longest boundary that is taken: the standard has 70 characters, and a well-known service 73. */
const longestBoundary = 256

/**
 * Parts of an answer, and then the proof that those were all. An answer that is a single part is taken as well, as
 * services have it that do not speak `multipart`.
 */
export function partsOf(answer: Answer): AsyncIterableIterator<RetrievedPart> {
  const type = answer.header('content-type') ?? ''
  const { mediaType, parameters } = parseContentType(type)
  if (!mediaType.startsWith('multipart/')) return onePart(answer)
  const boundary = parameters.get('boundary') ?? ''
  if (!/^[\u{20}-\u{7e}]+$/u.test(boundary) || boundary.length > longestBoundary) {
    throw new GantryError('integrity', 'The answer is malformed: its parts have no boundary.')
  }
  return manyParts(answer, boundary)
}

async function* manyParts(answer: Answer, boundary: string): AsyncGenerator<RetrievedPart, void, undefined> {
  for await (const { headers, size, body } of multipartParts(answer.body, boundary)) {
    yield described((name) => headers.get(name), size, body)
  }
}

async function* onePart(answer: Answer): AsyncGenerator<RetrievedPart, void, undefined> {
  yield described((name) => answer.header(name), checkEnd(answer), answer.body)
}

/** Only a length, or chunks, tell the end of a body from a connection that broke. */
export function checkEnd(answer: Answer): number | undefined {
  const length = answer.header('content-length')
  const compressed = answer.header('content-encoding')
  if (length !== undefined && compressed === undefined) return Number(length)
  const ends = length !== undefined || answer.header('transfer-encoding') !== undefined
  if (ends || answer.header('connection')?.toLowerCase() !== 'close') return undefined
  throw new GantryError('integrity', 'The answer does not tell how long it is, so nobody could tell if it is whole.')
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
export async function onlyPartOf(answer: Answer): Promise<RetrievedPart> {
  const parts = partsOf(answer)
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
  parts: AsyncIterator<RetrievedPart>,
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
