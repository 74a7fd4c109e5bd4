import { GantryError, isGantryError } from '@gantry/core'

/** https://sqlite.org/rescode.html; the lower byte, whatever the extended code. */
const sqlite = { busy: 5, locked: 6, readonly: 8, io: 10, full: 13, cannotOpen: 14 } as const

/** Whether SQLite says that another connection holds the file. */
export function isHeldByOther(cause: unknown): boolean {
  const code = sqliteCodeOf(cause)
  return code === sqlite.busy || code === sqlite.locked
}

/** Whether it is the storage that fails, and not the file that is damaged. */
export function isOfStorage(cause: unknown): boolean {
  const code = sqliteCodeOf(cause)
  return code === sqlite.readonly || code === sqlite.io || code === sqlite.full || code === sqlite.cannotOpen
}

/** What is the matter with where jobs are recorded, as the system or SQLite says it. */
export function recordsError(cause: unknown, path: string): GantryError {
  if (isGantryError(cause)) return cause
  const errno = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const code = sqliteCodeOf(cause)
  if (errno === 'EACCES' || errno === 'EPERM') {
    return new GantryError('permission_denied', 'This user may not read and write where jobs are recorded.', {
      cause,
      path,
    })
  }
  if (errno === 'ENOSPC' || errno === 'EDQUOT' || code === sqlite.full) {
    return new GantryError(
      'read_only',
      'There is no space left where jobs are recorded: make some, and run the same command again.',
      { cause, path },
    )
  }
  if (errno === 'EROFS' || code === sqlite.readonly) {
    return new GantryError('read_only', 'Where jobs are recorded, nothing can be written.', { cause, path })
  }
  const message =
    'Where jobs are recorded, files cannot be read and written as they are to be: check the space and the files.'
  return new GantryError('read_only', message, { cause, path })
}

/** Does what concerns the records of jobs. */
export function onRecords<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    throw recordsError(cause, path)
  }
}

function sqliteCodeOf(cause: unknown): number | undefined {
  if (!(cause instanceof Error) || !('errcode' in cause) || typeof cause.errcode !== 'number') return undefined
  return cause.errcode & 0xff
}
