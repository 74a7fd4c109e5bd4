import { decodeStrictly } from './utf8.ts'

/** A value within JSON text, found without reading it. */
export interface Cut {
  /** Names and indexes that lead to it. */
  readonly path: readonly string[]
  /** Its text, lent until the next is asked for; of an object or array that is gone into, nothing. */
  readonly bytes: Uint8Array | undefined
}

/** Which objects (`named`) and arrays are gone into. */
export type Opens = (path: readonly string[], named: boolean) => boolean

/** Text as it comes. Who cuts it looks at `at`, and needs what is there from `from` on. */
interface Window {
  bytes: Uint8Array
  end: number
  at: number
  from: number
}

const mebibyte = 1024 * 1024
const quote = 0x22
const backslash = 0x5c
const [openBrace, closeBrace, openBracket, closeBracket, comma, colon] = [0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a]
const byteOrderMark = [0xef, 0xbb, 0xbf]

/** `SyntaxError` where the text is none of JSON, as far as it is looked at: what is cut out may be anything that ends there. */
export async function* cutJson(body: AsyncIterable<Uint8Array>, opens: Opens): AsyncGenerator<Cut, void, undefined> {
  const window: Window = { bytes: new Uint8Array(64 * 1024), end: 0, at: 0, from: 0 }
  const cutting = document(window, opens)
  let isOver = false
  for await (const chunk of body) {
    append(window, chunk)
    for (;;) {
      const { done, value } = cutting.next()
      isOver = done === true
      if (value === undefined) break
      yield value
    }
    if (isOver && hasMore(window)) throw malformed()
  }
  if (!isOver) throw malformed()
}

/** The same of text that is at hand: what is cut out of it stays. Others have their turn after each mebibyte. */
export async function* cutWhole(
  bytes: Uint8Array,
  opens: Opens,
): AsyncGenerator<Cut & { readonly start: number }, void, undefined> {
  const window: Window = { bytes, end: Math.min(bytes.length, mebibyte), at: 0, from: 0 }
  for (const cut of document(window, opens)) {
    if (cut !== undefined) {
      yield { ...cut, start: window.from }
      continue
    }
    if (window.end === bytes.length) throw malformed()
    window.end = Math.min(bytes.length, window.end + mebibyte)
    await new Promise<void>((resolve) => void setTimeout(resolve, 0))
  }
  window.end = bytes.length
  if (hasMore(window)) throw malformed()
}

type Cutting<Value> = Generator<Cut | undefined, Value, undefined>

/** `undefined` where more bytes are needed to go on. */
function* document(window: Window, opens: Opens): Cutting<void> {
  if (window.bytes[0] === byteOrderMark[0]) {
    while (window.end < byteOrderMark.length) yield
    if (byteOrderMark.some((byte, index) => window.bytes[index] !== byte)) throw malformed()
    window.at = byteOrderMark.length
  }
  yield* cutValue(window, opens, [])
}

function* cutValue(window: Window, opens: Opens, path: readonly string[]): Cutting<void> {
  const first = yield* next(window)
  if ((first === openBrace || first === openBracket) && opens(path, first === openBrace)) {
    yield { path, bytes: undefined }
    window.at += 1
    yield* members(window, opens, path, first === openBrace)
    return
  }
  yield* skip(window)
  if (window.at === window.from) throw malformed()
  yield { path, bytes: window.bytes.subarray(window.from, window.at) }
}

function* members(window: Window, opens: Opens, path: readonly string[], named: boolean): Cutting<void> {
  const closes = named ? closeBrace : closeBracket
  if ((yield* next(window)) === closes) {
    window.at += 1
    return
  }
  for (let index = 0; ; index += 1) {
    const name = named ? yield* key(window) : String(index)
    yield* cutValue(window, opens, [...path, name])
    const after = yield* next(window)
    window.at += 1
    if (after === closes) return
    if (after !== comma) throw malformed()
  }
}

function* key(window: Window): Cutting<string> {
  if ((yield* next(window)) !== quote) throw malformed()
  yield* skip(window)
  const name: unknown = JSON.parse(decodeStrictly(window.bytes.subarray(window.from, window.at)))
  if ((yield* next(window)) !== colon || typeof name !== 'string') throw malformed()
  window.at += 1
  return name
}

/** The next byte that is not space, which stays where it is. */
function* next(window: Window): Cutting<number> {
  for (;;) {
    while (window.at < window.end && isSpace(window.bytes[window.at])) window.at += 1
    window.from = window.at
    const byte = window.at < window.end ? window.bytes[window.at] : undefined
    if (byte !== undefined) return byte
    yield
  }
}

/** Goes behind the value that begins here. */
function* skip(window: Window): Cutting<void> {
  let depth = 0
  let inString = false
  for (;;) {
    const { bytes, end } = window
    let { at } = window
    for (; at < end; at += 1) {
      const byte = bytes[at]
      if (inString) {
        // What comes behind it may be in the next chunk.
        if (byte === backslash) at += 1
        else if (byte === quote) inString = false
        if (byte !== quote || depth > 0) continue
        window.at = at + 1
        return
      }
      if (byte === quote) inString = true
      else if (byte === openBrace || byte === openBracket) depth += 1
      else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1
        if (depth > 0) continue
        window.at = depth < 0 ? at : at + 1
        return
      } else if (depth === 0 && (byte === comma || isSpace(byte))) {
        window.at = at
        return
      }
    }
    window.at = at
    yield
  }
}

function append(window: Window, chunk: Uint8Array): void {
  const { bytes, from, end } = window
  const length = end - from + chunk.length
  if (length > bytes.length) window.bytes = new Uint8Array(Math.max(length, 2 * bytes.length))
  // A long value that goes on stays where it is: moving it for each chunk would take the longer, the longer it is.
  if (from > 0 || window.bytes !== bytes) window.bytes.set(bytes.subarray(from, end))
  window.bytes.set(chunk, end - from)
  window.at -= from
  window.end = length
  window.from = 0
}

function hasMore({ bytes, at, end }: Window): boolean {
  return bytes.subarray(at, end).some((byte) => !isSpace(byte))
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function malformed(): SyntaxError {
  return new SyntaxError('The JSON is malformed.')
}
