import { GantryError, type NewEntry } from '@gantry/core/driver'

import { versionOf } from './entry-of.ts'
import { exclusively } from './exclusively.ts'
import { discard, errnoOf, link, lstat, rename, type Stats } from './file-operations.ts'
import { withLock } from './lock-file.ts'
import { changed, clash } from './refusals.ts'
import type { Place } from './root-folder.ts'
import { syncFolder } from './sync-folder.ts'

type Conditions = Pick<NewEntry, 'path' | 'ifAbsent' | 'ifVersion'>

/** Gives a finished file its name, at once: a reader sees what was there before or all of the new. */
export async function publish(
  temporary: string,
  place: Place,
  conditions: Conditions,
  durable: boolean,
): Promise<void> {
  if (conditions.ifAbsent === true) await publishNew(temporary, place, conditions.path)
  else {
    await exclusively(place.file, async () => {
      if (conditions.ifVersion === undefined) return await rename(temporary, place.file)
      await withLock(place, async () => {
        await refuseOtherVersion(place, conditions)
        await rename(temporary, place.file)
      })
    })
  }
  if (durable) await syncFolder(place.folder)
}

/** Fails before bytes are moved for nothing; the answer that counts is the one of `publish`. */
export async function checkConditions(place: Place, conditions: Conditions): Promise<void> {
  if (conditions.ifVersion !== undefined) await refuseOtherVersion(place, conditions)
  if (conditions.ifAbsent !== true) return
  let found: Stats
  try {
    found = await lstat(place.file)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw error
  }
  throw alreadyThere(conditions.path, found)
}

/** A hard link is the one call that never replaces: of any number of racing writers one succeeds. */
async function publishNew(temporary: string, place: Place, path: string): Promise<void> {
  try {
    await link(temporary, place.file)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST') {
      // The same file under both names: an earlier call came as far as this.
      const found = await lstat(place.file)
      if (found.ino !== (await lstat(temporary)).ino) throw alreadyThere(path, found)
      return await discard(temporary)
    }
    if (errno === 'EPERM' || errno === 'ENOTSUP' || errno === 'EOPNOTSUPP' || errno === 'ENOSYS') {
      const message = 'This file system has no hard links, without which "only if absent" cannot be kept.'
      throw new GantryError('unsupported', message, { path, cause: error })
    }
    throw error
  }
  await discard(temporary)
}

async function refuseOtherVersion(place: Place, { path, ifVersion }: Conditions): Promise<void> {
  try {
    if (versionOf(await lstat(place.file)) === ifVersion) return
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
  throw changed(path)
}

/** A folder of that name is no entry, and nobody may take it for the one that was to be written. */
function alreadyThere(path: string, found: Stats): GantryError {
  if (found.isDirectory()) return clash(path)
  return new GantryError('already_exists', 'Something is there already.', { path })
}
