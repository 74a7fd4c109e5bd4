import type { ByteReader } from './byte-reader.ts'
import type { Framing } from './message-head.ts'

export interface Piece {
  readonly bytes: Buffer
  /** False for sizes, line ends and trailers of chunks. */
  readonly payload: boolean
}

const longestLine = 64 * 1024

/** A message's body as it comes off the wire, framing included, a socket's chunk at a time. */
export class Body implements AsyncIterable<Piece> {
  /** What shares of the body are shares of: its length or, where it declares none, that of its first chunk. */
  extent: number | undefined
  /** Whether all of it came. */
  complete = false
  readonly #reader: ByteReader
  readonly #framing: Framing
  #passed = 0

  constructor(reader: ByteReader, framing: Framing) {
    this.#reader = reader
    this.#framing = framing
    // The first byte stands for a body of which not even a chunk's length is declared.
    if (framing !== 'chunked') this.extent = framing === 'until-end' ? 1 : framing
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece, void, undefined> {
    if (this.#framing === 'chunked') {
      yield* this.#chunks()
    } else {
      yield* this.#payload(this.#framing === 'until-end' ? Infinity : this.#framing)
      this.complete = this.#framing === 'until-end' || this.#passed === this.#framing
    }
  }

  async *#payload(length: number): AsyncGenerator<Piece, void, undefined> {
    let left = length
    while (left > 0 && (await this.#reader.more())) {
      const bytes = this.#reader.take(left)
      left -= bytes.length
      this.#passed += bytes.length
      yield { bytes, payload: true }
    }
  }

  /** RFC 9112 7.1. What is not well formed is passed on as it is, to the end of the connection. */
  async *#chunks(): AsyncGenerator<Piece, void, undefined> {
    for (;;) {
      const line = await this.#reader.through('\r\n', longestLine)
      yield { bytes: line, payload: false }
      const size = Number.parseInt(line.toString('latin1'), 16)
      if (!Number.isSafeInteger(size) || size < 0) {
        yield* this.#payload(Infinity)
        return
      }
      this.extent ??= size
      if (size === 0) break
      const end = this.#passed + size
      yield* this.#payload(size)
      if (this.#passed < end) return
      yield { bytes: await this.#reader.through('\r\n', 2), payload: false }
    }
    for (;;) {
      const trailer = await this.#reader.through('\r\n', longestLine)
      yield { bytes: trailer, payload: false }
      if (trailer.length <= 2) {
        this.complete = trailer.length === 2
        return
      }
    }
  }
}
