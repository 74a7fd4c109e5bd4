import { concat } from '../sqlite/record.ts'

export interface Beginning {
  readonly bytes: Uint8Array
  /** All of it, those bytes as well; `undefined` where they are all. */
  readonly rest: AsyncGenerator<Uint8Array, void, undefined> | undefined
}

/** A body of lent pieces, up to a little more than `most` bytes. */
export async function beginningOf(body: AsyncGenerator<Uint8Array, void, undefined>, most: number): Promise<Beginning> {
  const pieces: Uint8Array[] = []
  for (let length = 0; length <= most;) {
    const { done, value } = await body.next()
    if (done === true) return { bytes: concat(pieces), rest: undefined }
    pieces.push(value.slice())
    length += value.length
  }
  const bytes = concat(pieces)
  return { bytes, rest: followedBy(bytes, body) }
}

async function* followedBy(
  bytes: Uint8Array,
  body: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield bytes
    yield* body
  } finally {
    await body.return()
  }
}
