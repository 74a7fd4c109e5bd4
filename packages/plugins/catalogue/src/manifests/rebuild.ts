import { type CallOptions, type GantryError, isGantryError } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'

import type { Catalogue } from '../catalogue.ts'
import { currentKey, saveKey } from '../keys/key-rows.ts'
import type { ManifestSource } from './manifest-source.ts'

export interface Rebuilt {
  readonly manifests: number
  readonly receipts: number
  readonly bytes: number
  /** Manifests that are damaged, or that another key opens. */
  readonly unreadable: number
}

export interface RebuildOptions extends CallOptions {
  readonly catalogue: Catalogue
  readonly source: ManifestSource
  /** How the place opens again. */
  readonly location: string
  readonly who: string
  /** Told of each manifest that is damaged, or that another key opens. Its name tells nobody anything. */
  readonly onUnreadable?: ((name: string, why: GantryError) => void) | undefined
}

/**
 * Adds to the catalogue all that the manifests of a place tell; what is known already stays as it is. One that has no key goes on
 * with theirs.
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  checkGiven(options, 'rebuild', { catalogue: 'object', source: 'object', location: 'string', who: 'string' })
  const { catalogue, source, location, who, onUnreadable, signal } = options
  const call = signal === undefined ? {} : { signal }
  if ((await currentKey(catalogue)) === undefined) {
    for (const key of source.keys ?? []) await saveKey(catalogue, key)
  }
  const total = { manifests: 0, receipts: 0, bytes: 0, unreadable: 0 }
  for await (const name of source.list(call)) {
    try {
      const { session, unit, entries } = await source.read(name, call)
      const place = { location, ...(session !== undefined && { session }), ...(unit !== undefined && { unit }) }
      await catalogue.record(place, entries)
      total.manifests += 1
      total.receipts += entries.length
      total.bytes += entries.reduce((sum, { bytes }) => sum + bytes, 0)
    } catch (error) {
      if (!isGantryError(error) || !['integrity', 'invalid', 'permission_denied'].includes(error.code)) throw error
      total.unreadable += 1
      onUnreadable?.(name, error)
    }
  }
  await catalogue.note({ kind: 'rebuilt', who, place: location, entries: total.receipts, bytes: total.bytes })
  return total
}
