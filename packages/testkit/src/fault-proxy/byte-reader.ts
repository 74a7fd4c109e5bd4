import type { Socket } from 'node:net'

const nothing = Buffer.alloc(0)

/** Reads a socket by hand: no more than one chunk is taken from it before that is asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>
  #chunk: Buffer = nothing

  constructor(socket: Socket) {
    this.#chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  }

  /** Waits for a byte; false at the end. */
  async more(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next()
      if (next.done === true) return false
      this.#chunk = next.value
    }
    return true
  }

  /** What is at hand, `most` bytes at most. */
  take(most: number): Buffer {
    const taken = this.#chunk.subarray(0, most)
    this.#chunk = this.#chunk.subarray(taken.length)
    return taken
  }

  /** Up to and including `mark`; what there is, where the mark does not come before the end or within `limit` bytes. */
  async through(mark: string, limit: number): Promise<Buffer> {
    let read: Buffer = nothing
    while (read.length < limit && (await this.more())) {
      const joined = read.length === 0 ? this.#chunk : Buffer.concat([read, this.#chunk])
      const found = joined.indexOf(mark, Math.max(0, read.length - mark.length + 1), 'latin1')
      const end = found < 0 ? joined.length : found + mark.length
      this.#chunk = joined.subarray(end)
      read = joined.subarray(0, end)
      if (found >= 0) break
    }
    return read
  }
}
