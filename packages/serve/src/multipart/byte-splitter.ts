import { type Bytes, GantryError } from '@gantry/core'

/** Takes a body apart, without holding more of it than a chunk. What it gives is borrowed, but for `line` and `exactly`. */
export class ByteSplitter {
  readonly #iterator: AsyncIterator<Uint8Array>
  #chunk: Uint8Array = empty
  #at = 0

  constructor(body: Bytes) {
    this.#iterator = body[Symbol.asyncIterator]()
  }

  async close(): Promise<void> {
    await this.#iterator.return?.()
  }

  /** So many bytes; `integrity` where the body ends before. */
  async *take(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = length; left > 0;) {
      const rest = await this.#rest()
      const taken = rest.subarray(0, left)
      this.#at += taken.length
      left -= taken.length
      yield taken
    }
  }

  async exactly(length: number): Promise<Uint8Array> {
    const all = new Uint8Array(length)
    let at = 0
    for await (const piece of this.take(length)) {
      all.set(piece, at)
      at += piece.length
    }
    return all
  }

  /** Without its CRLF; `invalid` where it is longer than `limit` bytes. */
  async line(limit: number): Promise<Uint8Array> {
    let line = empty
    for await (const piece of this.until(lineEnd, empty)) {
      if (line.length + piece.length > limit)
        throw new GantryError('invalid', 'A line of a multipart body is too long.')
      line = joined(line, piece)
    }
    return line
  }

  /**
   * All bytes before `delimiter`, which is passed over; `integrity` where the body ends without it. `before` stands in
   * thought before what is there.
   */
  async *until(delimiter: Uint8Array, before: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    const most = delimiter.length - 1
    let held = before
    for (;;) {
      const rest = await this.#rest()
      if (held.length > 0) {
        const window = joined(held, rest.subarray(0, most))
        const index = find(window, delimiter)
        if (index >= 0) {
          this.#at += index + delimiter.length - held.length
          if (index > 0) yield window.subarray(0, index)
          return
        }
        if (rest.length < most) {
          this.#at += rest.length
          const sure = window.length - beginning(window, delimiter)
          held = window.slice(sure)
          if (sure > 0) yield window.subarray(0, sure)
          continue
        }
        const given = held
        held = empty
        yield given
      }
      const index = find(rest, delimiter)
      if (index >= 0) {
        this.#at += index + delimiter.length
        if (index > 0) yield rest.subarray(0, index)
        return
      }
      this.#at += rest.length
      const sure = rest.length - beginning(rest, delimiter)
      held = rest.slice(sure)
      if (sure > 0) yield rest.subarray(0, sure)
    }
  }

  async #rest(): Promise<Uint8Array> {
    while (this.#at >= this.#chunk.length) {
      const { done, value } = await this.#iterator.next()
      if (done === true) {
        throw new GantryError('integrity', 'The multipart body ends before its last part does: ask for it again.')
      }
      this.#chunk = value
      this.#at = 0
    }
    return this.#chunk.subarray(this.#at)
  }
}

const empty = new Uint8Array(0)
const lineEnd = Uint8Array.of(13, 10)

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function find(bytes: Uint8Array, wanted: Uint8Array): number {
  const [first = 0] = wanted
  const last = bytes.length - wanted.length
  for (let index = bytes.indexOf(first); index >= 0 && index <= last; index = bytes.indexOf(first, index + 1)) {
    if (startsAt(bytes, index, wanted)) return index
  }
  return -1
}

/** How many bytes at the end may be the beginning of what is wanted. */
function beginning(bytes: Uint8Array, wanted: Uint8Array): number {
  const [first = 0] = wanted
  const start = Math.max(0, bytes.length - wanted.length + 1)
  for (let index = bytes.indexOf(first, start); index >= 0; index = bytes.indexOf(first, index + 1)) {
    if (startsAt(bytes, index, wanted)) return bytes.length - index
  }
  return 0
}

/** As far as there are bytes. */
function startsAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  const length = Math.min(wanted.length, bytes.length - at)
  for (let index = 0; index < length; index += 1) if (bytes[at + index] !== wanted[index]) return false
  return true
}
