import { resolve } from 'node:path'

import type { Context } from '../../context.ts'
import { readKeyFile } from '../../read-private-file.ts'
import { UsageError } from '../../usage-error.ts'

const variable = 'GANTRY_DEIDENTIFY_KEY'
const shortest = 16
const howTo = '(umask 077; openssl rand -hex 32 > project.key)'

/** The secret of a project: of a file that its owner alone can read, else of the environment. Never on a command line. */
export async function readKey({ io }: Context, file: string | undefined): Promise<Uint8Array> {
  const text =
    file === undefined ? io.env[variable] : await readKeyFile(resolve(io.cwd, file), ` To make one: ${howTo}`)
  if (text === undefined || text.trim() === '') {
    throw new UsageError(`De-identifying takes a secret of the project: --deidentify-key <file>. To make one: ${howTo}`)
  }
  const key = new TextEncoder().encode(text.trim())
  if (key.length < shortest) throw new UsageError(`The key has less than ${shortest} characters. To make one: ${howTo}`)
  return key
}
