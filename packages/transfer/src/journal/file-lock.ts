import { closeSync, existsSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { GantryError, isGantryError } from '@gantry/core'

import { isHeldByOther, recordsError } from './records-error.ts'

/**
 * Holds a lock that the operating system takes back when the process dies, however it dies. Node has no `flock`, but
 * SQLite takes such a lock on its file for an exclusive transaction.
 */
export function holdLock(file: string, patience = 250): () => void {
  let database: DatabaseSync | undefined
  try {
    // Only when it is new: closing a file gives up all locks that this process has on it.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
    // Patience, because someone may be looking whether it is held.
    database = new DatabaseSync(file, { timeout: patience })
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database?.close()
    if (!isHeldByOther(cause)) throw recordsError(cause, dirname(file))
    throw new GantryError('already_exists', 'Another process is running this job.', { cause })
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
    holdLock(file, 0)()
    return false
  } catch (error) {
    // Of a lock that cannot be tried, nobody knows; who wants to hold it is told why not.
    return isGantryError(error) && error.code === 'already_exists'
  }
}
