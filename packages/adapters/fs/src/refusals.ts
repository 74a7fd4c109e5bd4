import { GantryError, isGantryError, isPath } from '@gantry/core/driver'

import { errnoOf } from './file-operations.ts'
import { isTemporaryName } from './temporary-name.ts'

export function notFound(path: string, cause?: unknown): GantryError {
  return new GantryError('not_found', 'There is no such entry.', { path, cause })
}

/** Whether an error says that there is nothing, or nothing below a file. */
export function isNotFound(error: unknown): boolean {
  const errno = errnoOf(error)
  return errno === 'ENOENT' || errno === 'ENOTDIR' || (isGantryError(error) && error.code === 'not_found')
}

/** A copy keeps the options that it was begun with. */
export const following =
  'with the option links=follow if that is meant (of gantry: --option; of a copy --from-option or --to-option, which makes it another job).'

export function outside(path: string): GantryError {
  const message = `A link leads out of the folder: open it ${following}`
  return new GantryError('permission_denied', message, { path })
}

export function changed(path: string): GantryError {
  return new GantryError('precondition_failed', 'The file changed since it was looked at.', { path })
}

export function clash(path: string, cause?: unknown): GantryError {
  const message =
    'A file and a folder would have the same name, which a folder cannot keep: copy to another place, or with another layout.'
  return new GantryError('invalid', message, { path, cause })
}

/** Writes an entry; says what is the matter where its name is a folder's, or one of its folders has the name of a file. */
export async function refusingClashes<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    const errno = errnoOf(cause)
    throw errno === 'ENOTDIR' || errno === 'EISDIR' || errno === 'ENOTEMPTY' ? clash(path, cause) : cause
  }
}

const reservedOnWindows = /[\\:*?"<>|\p{Cc}]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu

/** Refuses what could leave the folder, what Windows reads as something else, and names of the store's own files. */
export function refuseUnsafe(path: string): void {
  if (!isPath(path)) throw new GantryError('invalid', 'The path is not one of an entry.', { path })
  if (process.platform === 'win32' && path.split('/').some((segment) => reservedOnWindows.test(segment))) {
    throw new GantryError('invalid', 'Windows cannot keep a file of this name.', { path })
  }
  if (path.includes('.gantry-') && path.split('/').some(isTemporaryName)) {
    throw new GantryError('invalid', 'Names of this form are reserved for temporary files.', { path })
  }
}
