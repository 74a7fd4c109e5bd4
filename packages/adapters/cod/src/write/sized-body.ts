import { type Bytes, bytesOf, type Call } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import { concat } from '../sqlite/record.ts'
import type { SeriesName } from '../series/series-name.ts'
import { writeBeside } from './beside.ts'

/** Bodies of unknown length are gathered in memory up to this many bytes. */
const mostInMemory = 32 * 1024 * 1024

export interface SizedBody {
  readonly size: number
  readonly body: Bytes
  /** Removes what had to be written to learn the length. */
  readonly done: (call: Call) => Promise<void>
}

/**
 * A body with its length, which a tar tells before the bytes. Where nobody knows it, the body is gathered; a long one is
 * written beside the tar, and read back from there.
 */
export async function sizedBody(
  cod: Cod,
  name: SeriesName,
  body: AsyncGenerator<Uint8Array, void, undefined>,
  size: number | undefined,
  call: Call,
): Promise<SizedBody> {
  if (size !== undefined) return { size, body, done: async () => {} }
  const chunks: Uint8Array[] = []
  let length = 0
  while (length <= mostInMemory) {
    const { done, value } = await body.next()
    if (done === true) return { size: length, body: bytesOf(...chunks), done: async () => {} }
    chunks.push(Uint8Array.from(value))
    length += value.length
  }
  async function* whole() {
    yield concat(chunks.splice(0))
    yield* body
  }
  const beside = await writeBeside(cod, name, whole(), undefined, call)
  return { size: beside.size, body: await beside.body(call), done: beside.remove }
}
