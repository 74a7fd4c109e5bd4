import { type Bytes, GantryError } from '@gantry/core'

import { ByteSplitter } from './byte-splitter.ts'

/** One part of a multipart body. */
export interface MultipartPart {
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** Read before the next part is asked for; what is left of it then is passed over. */
  readonly body: AsyncIterableIterator<Uint8Array>
}

export interface MultipartOptions {
  /** Bytes of all headers of one part, at most. Default: 16 KiB. */
  readonly maxHeaderBytes?: number
}

/**
 * The parts of a multipart body (RFC 2046 5.1), one after another as they come, holding no more than a chunk.
 *
 * Nothing is lost silently: where a part says its `Content-Length`, it is of that length and a delimiter follows; and a body
 * that ends without its last delimiter is cut off. Both fail with `integrity`; what is no multipart body, with `invalid`.
 */
export async function* readMultipart(
  body: Bytes,
  boundary: string,
  options: MultipartOptions = {},
): AsyncGenerator<MultipartPart, void, undefined> {
  // The standard allows 70 characters, and Orthanc writes 73.
  if (!/^[\x20-\x7e]{1,200}$/u.test(boundary)) {
    throw new GantryError('invalid', 'A multipart body needs a boundary.')
  }
  const splitter = new ByteSplitter(body)
  const delimiter = new TextEncoder().encode(`\r\n--${boundary}`)
  try {
    // Whatever stands before the first part is for readers who know nothing of parts.
    for await (const _ of splitter.until(delimiter, Uint8Array.of(13, 10)));
    while (await beginsPart(splitter)) {
      const headers = await readHeaders(splitter, options.maxHeaderBytes ?? 16 * 1024)
      const state = { over: false }
      const content = contentOf(splitter, delimiter, lengthIn(headers), state)
      yield { headers, body: content }
      while (!state.over) await content.next()
    }
  } finally {
    await splitter.close()
  }
}

/** Behind a delimiter: two dashes end the body, else a line ends here. */
async function beginsPart(splitter: ByteSplitter): Promise<boolean> {
  let mark = latin1(await splitter.exactly(2))
  if (mark === '--') return false
  // Some writers pad the line with spaces (RFC 2046 5.1.1).
  for (let padding = 0; mark !== '\r\n'; padding += 1) {
    if (padding > 100 || !/^[ \t]/u.test(mark)) throw malformed()
    mark = mark.slice(1) + latin1(await splitter.exactly(1))
  }
  return true
}

async function readHeaders(splitter: ByteSplitter, limit: number): Promise<ReadonlyMap<string, string>> {
  const headers = new Map<string, string>()
  for (let left = limit; ;) {
    const line = latin1(await splitter.line(left))
    left -= line.length + 2
    if (line === '') return headers
    const [, name, value = ''] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/su.exec(line) ?? []
    if (name === undefined || left <= 0) throw malformed()
    headers.set(name.toLowerCase(), value)
  }
}

/** Takes part of no `return`: a reader who stops early leaves the rest to whoever asks for the next part. */
function contentOf(
  splitter: ByteSplitter,
  delimiter: Uint8Array,
  length: number | undefined,
  state: { over: boolean },
): AsyncIterableIterator<Uint8Array> {
  const chunks =
    length === undefined ? splitter.until(delimiter, new Uint8Array(0)) : measured(splitter, delimiter, length)
  const content: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => content,
    async next() {
      if (state.over) return { done: true, value: undefined }
      try {
        const result = await chunks.next()
        if (result.done === true) state.over = true
        return result
      } catch (error) {
        state.over = true
        throw error
      }
    },
    return: () => Promise.resolve({ done: true, value: undefined }),
  }
  return content
}

async function* measured(
  splitter: ByteSplitter,
  delimiter: Uint8Array,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* splitter.take(length)
  const found = await splitter.exactly(delimiter.length)
  if (found.some((byte, index) => byte !== delimiter[index])) {
    throw new GantryError('integrity', 'A part is not as long as it says: ask for it again.')
  }
}

function lengthIn(headers: ReadonlyMap<string, string>): number | undefined {
  const text = headers.get('content-length')
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function malformed(): GantryError {
  return new GantryError('invalid', 'This is no multipart body, or its boundary is another one.')
}
