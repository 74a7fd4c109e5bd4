import { type Bytes, bytesOf, type Call, GantryError, toCall } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import { concat } from '../sqlite/record.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'

/** Bodies of unknown length are gathered in memory up to this many bytes. */
const mostInMemory = 32 * 1024 * 1024

export interface SizedBody {
  readonly size: number
  readonly body: Bytes
  /** Removes what had to be written to learn the length. */
  readonly done: (call: Call) => Promise<void>
}

/** For what is removed when its own call was stopped. */
export function lastCall(): Call {
  return toCall({ signal: AbortSignal.timeout(10_000) })
}

/**
 * A body with its length, which a tar tells before the bytes. Where nobody knows it, the body is gathered; a long one is
 * written beside the tar, and read back from there.
 */
export async function sizedBody(
  { store, settings }: Cod,
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
  const path = `${pathsOf(name).folder}/.gantry-${settings.randomUUID()}.part`
  const done = async (last: Call) => await store.remove(path, last)
  try {
    const stored = await store.write({ path }, whole(), call)
    const known = stored.size ?? (await store.stat(path, call)).size
    if (known === undefined) throw new GantryError('unsupported', 'The store does not say how long an entry is.')
    const { body: back } = await store.read(path, undefined, call)
    return { size: known, body: back, done }
  } catch (error) {
    await done(lastCall()).catch(() => {})
    throw error
  }
}
