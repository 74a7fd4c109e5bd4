import { open, rm } from 'node:fs/promises'

import { GantryError } from '@gantry/core'

import { isDenied } from '../../is-denied.ts'
import { UsageError } from '../../usage-error.ts'

/**
 * A new file for its owner alone (0600), filled with what `make` gives. It is there before `make` is called: what is
 * made cannot be made again. Never replaces a file.
 */
export async function writePrivateFile(path: string, make: () => Promise<string>): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw new UsageError('There is a file of that name already: keys replace none.')
    const code = isDenied(cause) ? 'permission_denied' : 'read_only'
    throw new GantryError(code, 'The key file cannot be made: check its folder.', { path, cause })
  })
  try {
    await file.writeFile(await make())
    await file.sync()
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
