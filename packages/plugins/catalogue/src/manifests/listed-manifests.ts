import type { Entry, GantryError, Store } from '@gantry/core'

import { byRoot } from '../records/by-root.ts'
import type { SessionName } from '../records/place-rows.ts'
import { manifestEntries } from './manifest.ts'
import { archiveFolder } from './manifest-path.ts'
import type { ManifestSource, Told } from './manifest-source.ts'
import { PackedManifests } from './packed-manifests.ts'

/**
 * The manifests of a store whose listing vouches for SHA-256 itself, as one that keeps sealed records of its own does: what
 * it lists is what they tell, and of sessions and retention what was packed beside them. Entries without a SHA-256 are passed over.
 */
export function listedManifests(store: Store, options: { readonly now: () => number }): ManifestSource {
  const read = new Map<string, Told>()
  /** Records and manifests that the store cannot read. */
  const refused = new Map<string, GantryError>()
  return {
    async *list(call) {
      const beside = new PackedManifests()
      await beside.read(store, call, (path, why) => refused.set(path, why))
      let number = 0
      let batch: Told['entries'] = []
      const onRefused = (name: string, why: GantryError) => {
        if (why.code === 'integrity') refused.set(name, why)
        else if (why.code !== 'invalid') throw why
      }
      for await (const entry of store.list({}, { ...call, onRefused })) {
        const receipt = receiptOf(entry, options.now())
        if (receipt === undefined || receipt.path.startsWith(`${archiveFolder}/`)) continue
        batch.push(receipt)
        if (batch.length < manifestEntries) continue
        for (const told of tell(batch, beside)) yield keep(told)
        batch = []
      }
      for (const told of tell(batch, beside)) yield keep(told)
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

interface OfSession {
  readonly session: SessionName | undefined
  readonly entries: Told['entries']
}

/** Of each session, and of each unit, by itself; an entry of several sessions is told by each. */
function tell(entries: Told['entries'], beside: PackedManifests): Told[] {
  const groups = new Map<string, OfSession>()
  for (const entry of entries) {
    const { sessions = [], ...more } = beside.of(entry) ?? {}
    for (const session of sessions.length === 0 ? [undefined] : sessions) {
      const key = JSON.stringify(session ?? null)
      const group = groups.get(key) ?? { session, entries: [] }
      groups.set(key, group)
      group.entries.push({ ...entry, ...more })
    }
  }
  return [...groups.values()].flatMap(({ session, entries: told }) =>
    [...byRoot(told)].map(([root, group]) => ({
      ...(session !== undefined && { session: { owner: '', ...session } }),
      ...(root !== undefined && { unit: { root, shards: [] } }),
      entries: group,
    })),
  )
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
