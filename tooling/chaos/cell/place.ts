import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { isGantryError } from '@gantry/core'

import type { Place } from '../backend.ts'
import { lastOf, runGantry } from './command.ts'
import { type Contents, contentsOf, type Files } from './files.ts'

/** All of a place, from the other side. */
export async function inPlace(place: Place): Promise<Contents> {
  const opened = await place.open()
  try {
    return await contentsOf(opened, place.prefix)
  } catch (error) {
    // A copy that was killed early has not even made the place.
    if (isGantryError(error) && error.code === 'not_found' && error.path === undefined) return new Map()
    throw error
  } finally {
    await opened.close()
  }
}

/** A state of its own, and the place as a remote: keys of a place are in no argument. */
export async function environment(folder: string, { url, options }: Place): Promise<Record<string, string>> {
  const config = join(folder, 'gantry.config.json')
  await writeFile(config, JSON.stringify({ remotes: { there: { url, options: options ?? {} } } }), { mode: 0o600 })
  return { GANTRY_STATE: join(folder, 'state'), GANTRY_CONFIG: config, NO_PROXY: '127.0.0.1' }
}

/** Uploads once what all downloads of a backend fetch. */
export async function store(folder: string, files: Files, place: Place): Promise<void> {
  const env = await environment(folder, place)
  const run = await runGantry(['copy', files.folder, 'there:', ...(place.words?.up ?? [])], env)
  if (run.code !== 0) throw new Error(`What is to be fetched could not be stored: ${run.code}, ${lastOf(run)}`)
}
