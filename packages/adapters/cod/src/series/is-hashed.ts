import { type Call, isGantryError } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import { pathsOf, seriesOfPath } from './series-name.ts'

/** Of a store, all series are hashed or none: by the first whose metadata can be read, and asked for once. */
export async function isHashed(cod: Cod, call: Call): Promise<boolean> {
  return (cod.told.hashed ??= await firstSays(cod, call)) ?? false
}

/** `undefined` of an empty store, and of one that the first write makes. */
async function firstSays(cod: Cod, call: Call): Promise<boolean | undefined> {
  try {
    for await (const entry of cod.store.list({ prefix: 'studies' }, call)) {
      const name = seriesOfPath(entry.path)
      if (name === undefined || entry.path !== pathsOf(name).metadata) continue
      const told = await cod.cache.get(name, call, entry).catch((error: unknown) => {
        if (call.signal.aborted || !isOneOf(error, ['integrity', 'invalid', 'not_found'])) throw error
      })
      if (told !== undefined) return told.hashed
    }
  } catch (error) {
    if (!isOneOf(error, ['not_found'])) throw error
  }
  return undefined
}

function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return isGantryError(error) && codes.includes(error.code)
}
