import { type Bytes, GantryError } from '@gantry/core/driver'

import { Cursor, malformed } from './cursor.ts'
import { type PartHeaders, readPartHead } from './part-head.ts'
import { certainSection, delimiterOf, measuredSection, searchedSection, type Section } from './section.ts'

/** One part of a multipart body. */
export interface MultipartPart {
  readonly headers: PartHeaders
  /** Bytes, where the part says how many. */
  readonly size: number | undefined
  /** Chunks are lent until the next is asked for. What is not read is passed over when the next part is asked for. */
  readonly body: AsyncIterableIterator<Uint8Array>
}

/** Bytes that may stand before the first part, and after the last. */
const longestAround = 64 * 1024
const lineFeed = 0x0a

/**
 * Parts of a `multipart` body (RFC 2046 5.1), one after another, without holding more than a chunk. Ends only after the
 * closing delimiter: that is what proves that no part is missing. Every other end is `unavailable`, and what does not
 * fit together is `integrity`; what was read of that part is not all of it.
 */
export async function* multipartParts(body: Bytes, boundary: string): AsyncGenerator<MultipartPart, void, undefined> {
  const cursor = new Cursor(body)
  try {
    // Its line break may be missing, and what precedes that is nothing that anyone reads.
    await passOver(searchedSection(cursor, delimiterOf(boundary, '\n'), 1), longestAround)
    for (let head = await readPartHead(cursor); head !== undefined; head = await readPartHead(cursor)) {
      const { headers, lineBreak } = head
      const size = sizeOf(headers)
      const part = partOf(sectionOf(cursor, delimiterOf(boundary, lineBreak), size))
      yield { headers, size, body: part.body }
      await part.passOver()
    }
    await readToEnd(cursor)
  } finally {
    await cursor.close()
  }
}

/** A body ends before its delimiter as the delimiter before it ended its line. */
function sectionOf(cursor: Cursor, delimiter: Uint8Array, size: number | undefined): Section {
  if (size !== undefined) return measuredSection(cursor, delimiter, size)
  const section = searchedSection(cursor, delimiter)
  return delimiter[0] === lineFeed ? certainSection(section) : section
}

function sizeOf(headers: PartHeaders): number | undefined {
  const length = headers.get('content-length')
  if (length === undefined) return undefined
  if (!/^\d{1,15}$/u.test(length)) throw malformed('the length of a part is none')
  return Number(length)
}

function partOf(section: Section) {
  let ended = false
  let closed = false
  let lost = false
  let failure: { readonly error: unknown } | undefined
  /** One step at a time, and none after an end: the delimiter must not be looked for twice. */
  const step = async () => {
    if (failure !== undefined) throw failure.error
    if (ended) return undefined
    try {
      const chunk = await section.next()
      ended = chunk === undefined
      return chunk
    } catch (error) {
      failure = { error }
      throw error
    }
  }
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    async next() {
      // Not an end: who reads it would take it for all.
      if (lost) throw new GantryError('internal', 'A part was asked for before the last one was read.')
      const value = closed ? undefined : await step()
      return value === undefined ? { done: true, value } : { done: false, value }
    },
    async return() {
      closed = true
      return { done: true, value: undefined }
    },
  }
  return {
    body,
    async passOver() {
      if (ended) return
      lost = !closed
      await passOver({ next: step })
    },
  }
}

async function passOver(section: Section, most = Number.POSITIVE_INFINITY): Promise<void> {
  let left = most
  for (let chunk = await section.next(); chunk !== undefined; chunk = await section.next()) {
    left -= chunk.length
    if (left < 0) throw malformed('no part begins where it should')
  }
}

/** So that the connection can be used again. All parts are whole by now, whatever comes of it. */
async function readToEnd(cursor: Cursor): Promise<void> {
  let left = longestAround
  try {
    while (left >= 0 && (await cursor.more())) {
      left -= cursor.rest.length
      cursor.skip(cursor.rest.length)
    }
  } catch {
    // Nothing is lost with it.
  }
}
