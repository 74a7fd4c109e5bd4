import { type Bytes, GantryError } from '@gantry/core'

/** A body whose beginning was taken off. */
export interface SplitBody {
  readonly beginning: Uint8Array
  readonly rest: Bytes
}

/** Takes the first `length` bytes off a body; `integrity` where there are fewer. The rest has to be read or closed. */
export async function splitBody(body: Bytes, length: number): Promise<SplitBody> {
  const iterator = body[Symbol.asyncIterator]()
  const beginning = new Uint8Array(length)
  let filled = 0
  let left: Uint8Array = new Uint8Array()
  while (filled < length) {
    const { done, value } = await iterator.next()
    if (done === true) throw new GantryError('integrity', 'The encrypted object ends before its payload.')
    const taken = value.subarray(0, length - filled)
    beginning.set(taken, filled)
    filled += taken.length
    left = value.subarray(taken.length)
  }
  return { beginning, rest: restOf(left, iterator) }
}

async function* restOf(
  left: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (left.length > 0) yield left
    yield* { [Symbol.asyncIterator]: () => iterator }
  } finally {
    await iterator.return?.()
  }
}
