import type { Entry, GantryError, Store } from '@gantry/core'

import { byRoot } from '../records/by-root.ts'
import { manifestEntries } from './manifest.ts'
import type { ManifestSource, Told } from './manifest-source.ts'

/**
 * The manifests of a store whose listing vouches for SHA-256 itself, as one that keeps sealed records of its own does: what
 * it lists is what they tell. Entries without a SHA-256 are passed over.
 */
export function listedManifests(store: Store, options: { readonly now: () => number }): ManifestSource {
  const read = new Map<string, Told>()
  /** Records that the store cannot read: as manifests that are damaged. */
  const refused = new Map<string, GantryError>()
  return {
    async *list(call) {
      let number = 0
      let batch: Told['entries'] = []
      const onRefused = (name: string, why: GantryError) => {
        if (why.code === 'integrity') refused.set(name, why)
        else if (why.code !== 'invalid') throw why
      }
      for await (const entry of store.list({}, { ...call, onRefused })) {
        const receipt = receiptOf(entry, options.now())
        if (receipt === undefined) continue
        batch.push(receipt)
        if (batch.length < manifestEntries) continue
        for (const told of byUnit(batch)) yield keep(told)
        batch = []
      }
      for (const told of byUnit(batch)) yield keep(told)
      yield* refused.keys()

      function keep(told: Told): string {
        number += 1
        read.set(String(number), told)
        return String(number)
      }
    },
    async read(name) {
      const why = refused.get(name)
      if (why !== undefined) throw why
      const told = read.get(name)
      read.delete(name)
      return told ?? { entries: [] }
    },
  }
}

function byUnit(entries: Told['entries']): Told[] {
  return [...byRoot(entries)].map(([root, group]) => ({
    ...(root !== undefined && { unit: { root, shards: [] } }),
    entries: group,
  }))
}

function receiptOf(
  { path, size, digests = {}, version, modified, image, tier }: Entry,
  now: number,
): Told['entries'][number] | undefined {
  const { sha256, cid } = digests
  if (sha256 === undefined || size === undefined) return undefined
  return {
    path,
    bytes: size,
    sha256,
    at: Math.round(modified ?? now),
    verified: true,
    ...(version !== undefined && { version }),
    ...(modified !== undefined && { modified }),
    ...(cid !== undefined && { cid }),
    ...(tier !== undefined && { tier }),
    ...(image !== undefined && { image }),
  }
}
