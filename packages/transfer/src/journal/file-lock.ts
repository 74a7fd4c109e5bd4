import { closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { GantryError } from '@gantry/core'

/**
 * Holds a lock that the operating system takes back when the process dies, however it dies. Node has no `flock`, but
 * SQLite takes such a lock on its file for an exclusive transaction.
 */
export function holdLock(file: string, patience = 250): () => void {
  // Only when it is new: closing a file gives up all locks that this process has on it.
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
  // Patience, because someone may be looking whether it is held.
  const database = new DatabaseSync(file, { timeout: patience })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw new GantryError('already_exists', 'Another process is running this job.', { cause })
  }
  let released = false
  return () => {
    if (released) return
    released = true
    database.exec('ROLLBACK')
    database.close()
  }
}

export function isHeld(file: string): boolean {
  if (!existsSync(file)) return false
  try {
    holdLock(file, 0)()
    return false
  } catch {
    return true
  }
}
