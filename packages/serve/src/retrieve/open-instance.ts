import { type Bytes, GantryError } from '@gantry/core'
import { close, releasing } from '@gantry/core/driver'

import { refOf, type Stored } from '../catalog/catalog.ts'
import { frontFromText } from '../catalog/front.ts'
import type { Ask } from '../http/exchange.ts'
import type { ServerParts } from '../parts.ts'

/** Opens a file, or a range of it, of the version and size that the index knows. */
export async function openInstance(
  { signal }: Pick<Ask, 'signal'>,
  { store }: Pick<ServerParts, 'store'>,
  stored: Stored,
  range?: { readonly start: number; readonly end?: number },
): Promise<Bytes> {
  const { entry, body } = await store.read(refOf(stored), range, { signal })
  if (stored.size === null || entry.size === stored.size) return body
  await close(body)
  throw new GantryError('precondition_failed', 'The file changed since it was listed.', {
    store: store.scheme,
    path: stored.path,
  })
}

/** Bytes of an instance as it is served; `null` where the store does not tell. */
export function servedSize({ size, added }: Pick<Stored, 'size' | 'added'>): number | null {
  return size === null ? null : size + added
}

/** Opens an instance, or a range of it, as it is served: what is stored as a bare data set, as a file of PS3.10. */
export async function openServed(
  ask: Pick<Ask, 'signal'>,
  parts: Pick<ServerParts, 'store'>,
  stored: Stored,
  range?: { readonly start: number; readonly end: number },
): Promise<Bytes> {
  if (stored.front === null) return await openInstance(ask, parts, stored, range)
  const front = frontFromText(stored.front)
  const { start = 0, end } = range ?? {}
  const from = Math.max(start, front.length) - stored.added
  const to = end === undefined ? undefined : Math.max(end - stored.added, from)
  const body = await openInstance(ask, parts, stored, to === undefined ? { start: from } : { start: from, end: to })
  return releasing(joined(front.subarray(start, end), body), async () => await close(body))
}

async function* joined(front: Uint8Array, body: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  if (front.length > 0) yield front
  yield* body
}
