import { malformed } from '../errors.ts'

/** Bytes that a scan asks for; it is handed fewer only where they end. */
export interface ReadRequest {
  readonly start: number
  readonly end: number
}

/** A scan yields requests and returns what it found: the same code then reads with or without waiting. */
export type Scan<T> = Generator<ReadRequest, T, Uint8Array>

export type Fetch = (start: number, end: number) => Scan<Uint8Array>

/** Asks whoever runs the scan. */
export function* fetchFromSource(start: number, end: number): Scan<Uint8Array> {
  return yield { start, end }
}

/** A read is no longer than this, unless one value needs it. */
const longestRead = 4 * 1024 * 1024

export interface WindowOptions {
  /** Bytes of the whole, where known. */
  readonly size: number | undefined
  /** Most bytes that may be fetched in all. */
  readonly limit: number
  /** Bytes of the first read, and of the first after a jump; each further one doubles. */
  readonly firstRead: number
}

/**
 * The part of a file that a scan holds: grows while the scan goes on where it is, starts anew where it jumps.
 *
 * Nothing is ever allocated because a length field says so: a known size bounds what is asked for, and where it is not
 * known, the next read is at most as long as what has come so far.
 */
export class Window {
  bytes: Uint8Array = new Uint8Array(0)
  /** Where `bytes` start in the file. */
  base = 0
  /** Known from the start, or since a read came short. */
  size: number | undefined
  readonly #fetch: Fetch
  readonly #limit: number
  readonly #firstRead: number
  #fetched = 0
  /** Fetched since the last jump: the length of the next read. */
  #run = 0

  constructor(fetch: Fetch, options: WindowOptions) {
    this.#fetch = fetch
    this.size = options.size
    this.#limit = options.limit
    this.#firstRead = options.firstRead
  }

  get end(): number {
    return this.base + this.bytes.length
  }

  /** Whether the bytes from `from` to `to` are at hand. */
  holds(from: number, to: number): boolean {
    return from >= this.base && to <= this.base + this.bytes.length
  }

  /**
   * Gets the bytes from `from` to `to`, lets go of those before `from`, and tells whether they are all there: false
   * where the file ends before `to`. `atMost` bounds how much more than asked for is read.
   */
  *fill(from: number, to: number, atMost = Infinity): Scan<boolean> {
    if (this.holds(from, to)) return true
    if (from < this.base || from > this.end) {
      this.bytes = this.bytes.subarray(0, 0)
      this.base = from
      this.#run = 0
    }
    while (this.end < to && (this.size === undefined || this.end < this.size)) {
      const held = this.bytes.subarray(from - this.base)
      const start = this.end
      let length = Math.min(Math.max(this.#firstRead, this.#run), longestRead, atMost)
      if (this.size !== undefined) length = Math.max(length, Math.min(to, this.size) - start)
      length = Math.min(length, (this.size ?? Infinity) - start, this.#limit - this.#fetched)
      if (length <= 0) throw malformed(`the header goes on for more than ${this.#limit} bytes`)
      let chunk = yield* this.#fetch(start, start + length)
      if (chunk.length > length) chunk = chunk.subarray(0, length)
      if (chunk.length === 0 || (chunk.length < length && this.size === undefined)) this.size = start + chunk.length
      this.#fetched += chunk.length
      this.#run += chunk.length
      this.bytes = joined(held, chunk)
      this.base = from
    }
    return this.holds(from, to)
  }

  /** Like `fill`, without moving or growing the window; for a look at the end of the file. */
  peek(start: number, end: number): Scan<Uint8Array> {
    return this.#fetch(start, end)
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail
  const all = new Uint8Array(head.length + tail.length)
  all.set(head)
  all.set(tail, head.length)
  return all
}
