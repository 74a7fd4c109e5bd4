import type { Bytes } from '@gantry/core/driver'

import { concat } from '../sqlite/record.ts'

export interface Beginning {
  readonly bytes: Uint8Array
  /** All of it, those bytes as well; `undefined` where they are all. To be read, else the body stays open. */
  readonly rest: AsyncGenerator<Uint8Array, void, undefined> | undefined
}

/** A body of lent pieces, up to a little more than `most` bytes. */
export async function beginningOf(body: Bytes, most: number): Promise<Beginning> {
  const iterator = body[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  for (let length = 0; length <= most;) {
    const result = await iterator.next()
    if (result.done === true) return { bytes: concat(pieces), rest: undefined }
    pieces.push(result.value.slice())
    length += result.value.length
  }
  const bytes = concat(pieces)
  return { bytes, rest: followedBy(bytes, iterator) }
}

async function* followedBy(
  bytes: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let done: boolean | undefined = false
  try {
    yield bytes
    for (;;) {
      const result = await iterator.next()
      done = result.done
      if (result.done === true) return
      yield result.value
    }
  } finally {
    if (done !== true) await iterator.return?.()
  }
}
