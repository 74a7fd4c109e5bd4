import { type Bytes, type Call, GantryError, toCall } from '@gantry/core/driver'
import type { HeaderSource } from '@gantry/dicom'

import type { Cod } from '../cod-parts.ts'
import { rangeSource } from '../frames/range-source.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'

/** What was written beside the tar, because it cannot be held. */
export interface Beside {
  readonly size: number
  readonly body: (call: Call) => Promise<AsyncGenerator<Uint8Array, void, undefined>>
  readonly source: (call: Call) => HeaderSource
  readonly remove: (call: Call) => Promise<void>
}

/** For what is removed when its own call was stopped. */
export function lastCall(): Call {
  return toCall({ signal: AbortSignal.timeout(10_000) })
}

export async function writeBeside(
  { store, settings }: Cod,
  name: SeriesName,
  body: Bytes,
  size: number | undefined,
  call: Call,
): Promise<Beside> {
  const path = `${pathsOf(name).folder}/.gantry-${settings.randomUUID()}.part`
  const remove = async (last: Call) => await store.remove(path, last)
  try {
    const stored = await store.write({ path, size }, body, call)
    const known = stored.size ?? size ?? (await store.stat(path, call)).size
    if (known === undefined) throw new GantryError('unsupported', 'The store does not say how long an entry is.')
    return {
      size: known,
      body: async (reading) => iterate((await store.read(path, undefined, reading)).body),
      source: (reading) => rangeSource(store, path, { start: 0, size: known }, reading),
      remove,
    }
  } catch (error) {
    await remove(lastCall()).catch(() => {})
    throw error
  }
}

async function* iterate(body: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  yield* body
}
