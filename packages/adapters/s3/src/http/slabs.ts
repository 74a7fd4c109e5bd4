/** Memory that is used again and again: fresh pages cost more than the bytes that are copied into them. */
class BufferPool {
  readonly #size: number
  readonly #kept: number
  readonly #free: Buffer[] = []

  constructor(size: number, kept: number) {
    this.#size = size
    this.#kept = kept
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#size)
  }

  give(buffer: Buffer): void {
    if (buffer.length === this.#size && this.#free.length < this.#kept) this.#free.push(buffer)
  }
}

const kibibyte = 1024
/** Bytes of the chunks that bodies come in: of bodies that are many at once, and of long ones, which are few. */
const slabSize = 256 * kibibyte
const longSlabSize = 512 * kibibyte
const long = 8 * 1024 * kibibyte
/** Bodies up to here are gathered before they are sent. */
export const gatheredSize = 1024 * kibibyte

const slabs = new BufferPool(slabSize, 64)
const longSlabs = new BufferPool(longSlabSize, 16)
/** Most images of a series are no longer than that. */
const shortGathers = new BufferPool(gatheredSize / 2, 64)
const gathers = new BufferPool(gatheredSize, 32)

/** Memory for a chunk of a body of `length` bytes. */
export function takeSlab(length: number): Buffer {
  if (length < slabSize / 4) return Buffer.allocUnsafe(Math.max(1, length))
  return length >= long && Number.isFinite(length) ? longSlabs.take() : slabs.take()
}

/** Gives it back; no socket and no reader may use it any more. */
export function giveSlab(slab: Buffer): void {
  const pool = slab.length === longSlabSize ? longSlabs : slabs
  pool.give(slab)
}

export function takeGather(length: number): Buffer {
  if (length < gatheredSize / 16) return Buffer.allocUnsafe(length)
  return length <= gatheredSize / 2 ? shortGathers.take() : gathers.take()
}

export function giveGather(buffer: Buffer): void {
  const pool = buffer.length === gatheredSize ? gathers : shortGathers
  pool.give(buffer)
}
