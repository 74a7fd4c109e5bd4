import { gatheredSize, giveGather, takeGather } from '../http/slabs.ts'

/** The first bytes of a body, gathered. */
export interface Taken {
  readonly bytes: Uint8Array
  /** The body went on: what of its last chunk did not fit. Undefined when all of it was taken. */
  readonly excess: Uint8Array | undefined
  /** `bytes` are used no more. */
  readonly giveBack: () => void
}

/** Copies up to `limit` bytes of a body, because its chunks are only lent; reads on until it has ended or overflows. */
export async function takeUpTo(body: AsyncIterator<Uint8Array>, limit: number, before?: Uint8Array): Promise<Taken> {
  let buffer = takeGather(Math.min(limit, gatheredSize))
  let length = 0
  let chunk = before
  for (;;) {
    if (chunk === undefined) {
      const result = await body.next()
      if (result.done === true) break
      chunk = result.value
    }
    const count = Math.min(chunk.length, limit - length)
    if (length + count > buffer.length) {
      const grown = Buffer.allocUnsafeSlow(limit)
      buffer.copy(grown, 0, 0, length)
      giveGather(buffer)
      buffer = grown
    }
    buffer.set(count === chunk.length ? chunk : chunk.subarray(0, count), length)
    length += count
    if (count < chunk.length) {
      return { bytes: buffer.subarray(0, length), excess: chunk.subarray(count), giveBack: () => giveGather(buffer) }
    }
    chunk = undefined
  }
  return { bytes: buffer.subarray(0, length), excess: undefined, giveBack: () => giveGather(buffer) }
}
