import type { Bytes } from '@gantry/core/driver'

/** Bytes of every leaf of a file but the last; what importers agree on (profile unixfs-v1-2025). */
export const leafSize = 1024 * 1024

/** Buffers that leaves are filled into, by turns: one is written and one waits for its digest while the next is filled. */
export class LeafBuffers {
  readonly #buffers: Uint8Array[] = []
  #turn = 0

  get current(): Uint8Array {
    return (this.#buffers[this.#turn] ??= Buffer.allocUnsafeSlow(leafSize))
  }

  next(): void {
    this.#turn = (this.#turn + 1) % 3
  }
}

/** Cuts a body into leaves; an empty one has one, which is empty. A leaf is borrowed until three more were asked for. */
export async function* leavesOf(body: Bytes, buffers: LeafBuffers): AsyncGenerator<Uint8Array, void, undefined> {
  let filled = 0
  let count = 0
  const take = () => {
    const leaf = buffers.current.subarray(0, filled)
    buffers.next()
    filled = 0
    count += 1
    return leaf
  }
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + leafSize - filled)
      buffers.current.set(piece, filled)
      filled += piece.length
      at += piece.length
      if (filled === leafSize) yield take()
    }
  }
  if (filled > 0 || count === 0) yield take()
}
