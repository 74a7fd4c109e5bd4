import { isGantryError } from '@gantry/core'

import { UsageError } from './usage-error.ts'

/** A key that a command was given by a file: what is wrong with that is wrong with how the command was called. */
export async function readKeyFile(path: string, advice = ''): Promise<string> {
  // What speaks HTTP takes its time to load, and most commands do without.
  const { readPrivateFile } = await import('@gantry/http/node')
  try {
    return await readPrivateFile(path)
  } catch (error) {
    if (!isGantryError(error)) throw error
    throw new UsageError(`${error.message}${advice}`, { cause: error })
  }
}
