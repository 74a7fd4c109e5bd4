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

/** Bytes of the chunks that bodies come in. */
export const slabSize = 256 * 1024
/** Bodies up to here are gathered before they are sent. */
export const gatheredSize = 1024 * 1024

const slabs = new BufferPool(slabSize, 64)
const gathers = new BufferPool(gatheredSize, 32)

/** Memory for a chunk of a body that has `length` bytes to come. */
export function takeSlab(length: number): Buffer {
  return length < slabSize / 4 ? Buffer.allocUnsafe(Math.max(1, length)) : slabs.take()
}

/** Gives it back; no socket and no reader may use it any more. */
export function giveSlab(slab: Buffer): void {
  slabs.give(slab)
}

export function takeGather(length: number): Buffer {
  return length < gatheredSize / 16 ? Buffer.allocUnsafe(length) : gathers.take()
}

export function giveGather(buffer: Buffer): void {
  gathers.give(buffer)
}
