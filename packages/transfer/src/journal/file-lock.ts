import { closeSync, existsSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { GantryError, isGantryError } from '@gantry/core'

import { isHeldByOther, recordsError } from './records-error.ts'

export interface LockOptions {
  /** Milliseconds that another process may still hold it: someone may be looking whether it is held. Default: 250. */
  readonly patience?: number | undefined
  /** What the error says when another process holds it. */
  readonly taken?: string | undefined
}

/**
 * Holds a lock that the operating system takes back when the process dies, however it dies, until what it returns is
 * called. Node has no `flock`, but SQLite takes such a lock on its file for an exclusive transaction. The file, of its
 * owner alone (0600), stays. `already_exists`: another process holds it; `permission_denied` and `read_only` where it
 * cannot be made.
 */
export function holdLock(file: string, options: LockOptions = {}): () => void {
  const { patience = 250, taken = 'Another process is running this job.' } = options
  let database: DatabaseSync | undefined
  try {
    // Only when it is new: closing a file gives up all locks that this process has on it.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
    database = new DatabaseSync(file, { timeout: patience })
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database?.close()
    if (!isHeldByOther(cause)) throw recordsError(cause, dirname(file))
    throw new GantryError('already_exists', taken, { cause, path: file })
  }
  const held = database
  let released = false
  return () => {
    if (released) return
    released = true
    held.exec('ROLLBACK')
    held.close()
  }
}

export function isHeld(file: string): boolean {
  if (!existsSync(file)) return false
  try {
    holdLock(file, { patience: 0 })()
    return false
  } catch (error) {
    // Of a lock that cannot be tried, nobody knows; who wants to hold it is told why not.
    return isGantryError(error) && error.code === 'already_exists'
  }
}
