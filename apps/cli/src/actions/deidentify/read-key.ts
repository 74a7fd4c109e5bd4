import { open } from 'node:fs/promises'
import { resolve } from 'node:path'

import type { Context } from '../../context.ts'
import { UsageError } from '../../usage-error.ts'

const variable = 'GANTRY_DEIDENTIFY_KEY'
const shortest = 16
const longest = 4096
const howTo = '(umask 077; openssl rand -hex 32 > project.key)'

/** The secret of a project: of a file that its owner alone can read, else of the environment. Never on a command line. */
export async function readKey({ io }: Context, file: string | undefined): Promise<Uint8Array> {
  const text = file === undefined ? io.env[variable] : await readPrivate(resolve(io.cwd, file))
  if (text === undefined || text.trim() === '') {
    throw new UsageError(`De-identifying takes a secret of the project: --deidentify-key <file>. To make one: ${howTo}`)
  }
  const key = new TextEncoder().encode(text.trim())
  if (key.length < shortest) throw new UsageError(`The key has less than ${shortest} characters. To make one: ${howTo}`)
  return key
}

async function readPrivate(path: string): Promise<string> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new UsageError(`The key file cannot be read. To make one: ${howTo}`, { cause })
  })
  try {
    const { mode, size } = await handle.stat()
    if (size > longest) throw new UsageError('The key file is too long to be one.')
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new UsageError('Others can read the key file: chmod 600 it, and think of who may have read it.')
    }
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}
