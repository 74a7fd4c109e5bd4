import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { GantryError } from '@gantry/core'

/** A new folder that only this user can look into, for who removes it afterwards. */
export async function temporaryFolder(purpose: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), `gantry-${purpose}-`))
  } catch (cause) {
    throw new GantryError('read_only', 'No folder for temporary files can be made: check TMPDIR.', { cause })
  }
}
