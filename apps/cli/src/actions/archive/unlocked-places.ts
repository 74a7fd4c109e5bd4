import { isGantryError } from '@gantry/core'

import type { Context } from '../../context.ts'
import { openPlaces } from '../../places/open-places.ts'
import type { Places } from '../../places/places.ts'
import {
  archivePassphrase,
  type ArchivePassphraseFlags,
  passphraseOfEnv,
  storedPassphrase,
} from './archive-passphrase.ts'

export interface UnlockedPlaces {
  readonly places: Places
  /** The one that was given, or asked for. */
  readonly passphrase: string | undefined
}

/** Places with what opens the encrypted archives among these: as it is given, else asked for where someone sits there. */
export async function unlockedPlaces(
  context: Context,
  flags: ArchivePassphraseFlags,
  locations: readonly string[],
): Promise<UnlockedPlaces> {
  const stored = await storedPassphrase(context, flags, { fresh: false })
  const places = await openPlaces(context, stored)
  const given = { places, passphrase: stored['GANTRY_ARCHIVE_PASSPHRASE'] ?? passphraseOfEnv(context) }
  if (!context.io.interactive) return given
  for (const location of locations) {
    if (!(await isLocked(places, location, context.signal))) continue
    const passphrase = await archivePassphrase(context, flags, { fresh: false })
    return { places: await openPlaces(context, { GANTRY_ARCHIVE_PASSPHRASE: passphrase }), passphrase }
  }
  return given
}

/** Whether a packed archive wants a passphrase. Whatever else is wrong with the place is told when it is used. */
async function isLocked(places: Places, location: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { store } = await places.open(location)
    try {
      if (store.abilities.proof === true) for await (const _ of store.list({}, { signal })) break
      return false
    } catch (error) {
      return isGantryError(error) && error.code === 'unauthenticated'
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!isGantryError(error)) throw error
    return false
  }
}
