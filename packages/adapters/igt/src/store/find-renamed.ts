import { type Call, type Entry, isGantryError } from '@gantry/core/driver'

import { type Listing, listStudy } from './list.ts'
import type { Location } from './locate.ts'
import type { Targets } from './target.ts'

/**
 * What is there of files whose folder the listing calls otherwise. The cloud names studies itself, so one that was sent from a
 * folder without `---`, or that its `study.json` names, is found by this folder and listed by another.
 */
export async function findRenamed(
  listing: Listing,
  targets: Targets,
  paths: readonly string[],
  call: Call,
): Promise<readonly Entry[]> {
  const { root = '' } = listing.settings
  const below = root === '' ? '' : `${root}/`
  const folders = new Map<string, { readonly at: StudyLocation; readonly wanted: Set<string> }>()
  for (const path of paths) {
    const at = await unlessRefused(async () => await Promise.resolve(targets.locate(path)))
    if (at?.kind !== 'study') continue
    const name = `${at.institute}/${at.folder}`
    const found = folders.get(name) ?? { at, wanted: new Set() }
    folders.set(name, found)
    found.wanted.add(`${below}${path}`)
  }
  const entries: Entry[] = []
  for (const { at, wanted } of folders.values()) {
    for (const entry of await listFolder(listing, at, call)) {
      if (wanted.has(entry.path)) entries.push({ ...entry, path: entry.path.slice(below.length) })
    }
  }
  return entries
}

type StudyLocation = Extract<Location, { kind: 'study' }>

/** Files of a study as its folder names them; none where the listing names them so. */
async function listFolder(
  { directory, settings }: Listing,
  { institute: name, folder }: StudyLocation,
  call: Call,
): Promise<readonly Entry[]> {
  const found = await unlessRefused(async () => {
    const institute = await directory.institute(name)
    return { institute, study: await directory.bookOf(institute).findRenamed(folder) }
  })
  if (found?.study === undefined) return []
  return await listStudy(settings, found.institute, folder, found.study, call)
}

/** What has no place in the cloud is told so when it is to be written. */
async function unlessRefused<Value>(look: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await look()
  } catch (error) {
    if (isGantryError(error) && (error.code === 'invalid' || error.code === 'not_found')) return undefined
    throw error
  }
}
