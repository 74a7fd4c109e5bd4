import { createHash } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { OpenGrants } from '@gantry/share'
import { makeFolder, replaceFile } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { statePath } from '../../state-folder.ts'

/** Milliseconds after which no grant goes on any more: hubs renew them for a day. */
const oldest = 24 * 3_600_000

export interface KeptGrants extends OpenGrants {
  /** The share was opened: whoever wants it again opens it again. */
  forget(): Promise<void>
}

/**
 * What hubs gave for opens that are not through yet, in the state folder, for its owner alone (0600). Where it cannot be
 * kept, the share is opened all the same, and the next time counts.
 */
export function keptGrants({ io, debug }: Context): KeptGrants {
  const folder = statePath(io.env, 'shares', 'grants')
  const used = new Set<string>()
  const fileOf = (share: string) => {
    const file = join(folder, `${createHash('sha256').update(share).digest('hex').slice(0, 32)}.txt`)
    used.add(file)
    return file
  }
  return {
    async find(share) {
      return await readFile(fileOf(share), 'utf8').catch(() => undefined)
    },
    async save(share, grant) {
      try {
        makeFolder(folder)
        await replaceFile(fileOf(share), grant)
        await removeOld(folder)
      } catch {
        debug('what the hub gave for this open could not be kept')
      }
    },
    async forget() {
      for (const file of used) await rm(file, { force: true }).catch(() => {})
    },
  }
}

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const { mtimeMs } = await stat(file)
    if (mtimeMs < Date.now() - oldest) await rm(file, { force: true })
  }
}
