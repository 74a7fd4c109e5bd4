import type { CallOptions, EntriesSource, Source, Store } from '@gantry/core'

import type { Context } from '../gantry/context.ts'
import { prologueSize } from '../sealing/prologue-size.ts'
import { objectSize } from './object-size.ts'

const atOnce = 16

/** Whether only its identity opens what it names. */
export function isSealed(source: Source): source is EntriesSource {
  return source.kind === 'entries' && source.encryption !== undefined
}

/** Whether somebody has said that others find it there: on a DICOMweb server, or as files behind a URL that is not this machine's. */
export function isPublic(source: Source): boolean {
  return source.kind === 'dicomweb' || (source.encryption === undefined && !source.store.startsWith('file:'))
}

/**
 * Whether others get the bytes by this source of an item: of what is public they do. What is sealed goes with a share, so that
 * it must be in the own store, all of it, and this account's: what another one's share opened, and what has expired, no share
 * of ours can name.
 */
export async function isRecorded(context: Context, source: Source | undefined, call: CallOptions): Promise<boolean> {
  if (source === undefined) return false
  if (isPublic(source)) return true
  if (!isSealed(source)) return false
  const store = context.ownStore(source.store)
  return store !== undefined && (await hasAll(store, source, call))
}

async function hasAll(store: Store, { entries }: EntriesSource, call: CallOptions): Promise<boolean> {
  // Of another account's none is there: the first ones tell.
  for (let at = 0; at < entries.length; at += atOnce) {
    const some = entries.slice(at, at + atOnce)
    const there = await Promise.all(
      some.map(async ({ path, size }) => {
        const found = await objectSize(store, path, call)
        // Who may not look believes it: the hub looks when the share is made.
        if (found === 'denied') return true
        return found !== undefined && prologueSize(found, size) !== undefined
      }),
    )
    if (there.includes(false)) return false
  }
  return true
}
