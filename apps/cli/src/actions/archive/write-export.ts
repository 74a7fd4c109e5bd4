import { lstat } from 'node:fs/promises'

import { GantryError } from '@gantry/core'
import { replaceFile } from '@gantry/transfer'

import { isDenied } from '../../is-denied.ts'
import { UsageError } from '../../usage-error.ts'

/** A new file for its owner alone, which is there only once all of it is. */
export async function writeExport(path: string, texts: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  if (await isThere(path)) throw new UsageError('There is a file of that name already.')
  const until = async function* () {
    for await (const text of texts) {
      signal.throwIfAborted()
      yield text
    }
  }
  try {
    await replaceFile(path, until())
  } catch (error) {
    throw writingError(error)
  }
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  )
}

/** What a system refuses, in words; what is of something else stays as it is. */
function writingError(cause: unknown): unknown {
  if (!isOfSystem(cause)) return cause
  const { code } = cause
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new GantryError('read_only', 'There is no space left for the export: make some, and try again.', { cause })
  if (isDenied(cause))
    return new GantryError('permission_denied', 'This user may not write there: choose another folder.', { cause })
  return new GantryError('read_only', 'The file cannot be made: check its folder.', { cause })
}

function isOfSystem(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'syscall' in cause
}
