import { resolve } from 'node:path'

import { isGantryError } from '@gantry/core'

import type { Context } from './context.ts'
import { UsageError } from './usage-error.ts'

/**
 * A key that a command was given by a file, unless others can read it too: what is wrong with that is wrong with how the command
 * was called.
 */
export async function readKeyFile(path: string, advice = '', onShared?: (warning: string) => void): Promise<string> {
  // What speaks HTTP takes its time to load, and most commands do without.
  const { readPrivateFile } = await import('@gantry/http/node')
  try {
    return await readPrivateFile(path, onShared)
  } catch (error) {
    if (!isGantryError(error)) throw error
    throw new UsageError(`${error.message}${advice}`, { cause: error })
  }
}

/**
 * A passphrase, or tokens: the secrets of containers are mounted for all to read, so that one that others can read is taken, with a
 * warning. `what` begins the sentence of one that cannot be read: `The passphrase`.
 */
export async function readSecretFile({ io, options }: Context, file: string, what: string): Promise<string> {
  const path = resolve(io.cwd, file)
  const warn = () => {
    if (!options.quiet) io.stderr.write(`Others can read ${path}: if it is no mounted secret, chmod 600 it.\n`)
  }
  try {
    return await readKeyFile(path, '', warn)
  } catch (cause) {
    throw new UsageError(`${what} cannot be read from ${path}`, { cause })
  }
}
