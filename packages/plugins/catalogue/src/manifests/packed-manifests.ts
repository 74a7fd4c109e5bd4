import { type CallOptions, GantryError, isGantryError, type Store } from '@gantry/core'

import type { SessionName } from '../records/place-rows.ts'
import type { NewReceipt } from '../records/receipt.ts'
import { markOf } from './manifest-page.ts'
import { isPackedManifest, manifestFolder } from './manifest-path.ts'
import { packedManifestSchema, parseManifest } from './manifest.ts'
import { manifestBytes } from './store-manifests.ts'

/** What the manifests of a packed archive tell of an entry, beyond what the archive itself knows. */
export interface PackedTold {
  readonly sessions: readonly SessionName[]
  readonly at: number
  readonly retainUntil?: number
}

/** All that they tell, held in memory, as a packed archive holds the paths of its entries. */
export class PackedManifests {
  readonly #told = new Map<string, PackedTold>()

  /** Reads all of them; what cannot be read is told to `onUnreadable`. */
  async read(store: Store, call: CallOptions, onUnreadable: (path: string, why: GantryError) => void): Promise<void> {
    // A record that is damaged is told by the listing of all else.
    for await (const { path } of store.list({ prefix: manifestFolder }, { ...call, onRefused: () => {} })) {
      if (!isPackedManifest(path)) continue
      try {
        const { session, packed } = parseManifest(await manifestBytes(store, path, call), packedManifestSchema)
        for (const entry of packed) this.#add(session, entry)
      } catch (error) {
        if (!isGantryError(error) || error.code !== 'integrity') throw error
        onUnreadable(path, new GantryError('integrity', 'A manifest is damaged.', { path, cause: error }))
      }
    }
  }

  of(receipt: Pick<NewReceipt, 'sha256' | 'path'>): PackedTold | undefined {
    return this.#told.get(markOf(receipt))
  }

  #add(
    session: SessionName,
    { is, at, retainUntil = 0 }: { is: string; at: number; retainUntil?: number | undefined },
  ) {
    const known = this.#told.get(is)
    const sessions = known?.sessions ?? []
    const isKnown = sessions.some(({ owner, name }) => owner === session.owner && name === session.name)
    const until = Math.max(retainUntil, known?.retainUntil ?? 0)
    this.#told.set(is, {
      sessions: isKnown ? sessions : [...sessions, session],
      at: Math.min(at, known?.at ?? at),
      ...(until > 0 && { retainUntil: until }),
    })
  }
}
