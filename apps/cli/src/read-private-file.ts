import { open } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { Context } from './context.ts'
import { UsageError } from './usage-error.ts'

const longest = 64 * 1024

/**
 * The text of a file that holds a secret, unless others can read it too. Looks at the very file that it reads, and not at
 * one of the same name. `what` begins sentences: `The passphrase`.
 */
export async function readPrivateFile({ io }: Context, file: string, what: string): Promise<string> {
  const path = resolve(io.cwd, file)
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new UsageError(`${what} cannot be read from ${path}`, { cause })
  })
  try {
    const found = await handle.stat()
    if (found.isDirectory() || found.size > longest) throw new UsageError(`${what} cannot be read from ${path}`)
    // Windows has no such bits.
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
      throw new UsageError(`Others can read ${path}: chmod 600 it, and think of who may have read it.`)
    }
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}
