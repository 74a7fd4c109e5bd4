import { chmodSync, closeSync, openSync, readSync } from 'node:fs'

import { GantryError, isGantryError } from '@gantry/core'
import { openSqlite } from '@gantry/sqlite/node'

import type { IndexDatabase } from '../database/index-database.ts'
import { indexSchema, indexVersion } from '../database/index-schema.ts'

/**
 * Opens the file, or makes it for its owner alone: it holds names of patients. One of another version, or a damaged one,
 * is made anew; what is no index of ours is left alone, and refused. `:memory:` keeps nothing.
 */
export function openIndexDatabase(file: string): IndexDatabase {
  try {
    if (file !== ':memory:' && isThere(file)) chmodSync(file, 0o600)
    return openSqlite({ file, migrations, owner: 'the index', cacheBytes: 16_000_000, applicationId, disposable: true })
  } catch (cause) {
    if (isGantryError(cause) && cause.code === 'invalid') throw cause
    const code = isGantryError(cause) ? cause.code : 'read_only'
    throw new GantryError(code, 'The index cannot be kept there: check the folder, or that no other uses it.', {
      cause,
    })
  }
}

/** As many as its version says: one of an earlier version is not brought forward, but made anew. */
const migrations = Array.from({ length: indexVersion }, (_, index) => (index === indexVersion - 1 ? indexSchema : ''))

function notOurs(): GantryError {
  return new GantryError(
    'invalid',
    'The file of the index is another one, and is left alone: name one that is not there.',
  )
}

/** In the header of every index that was made here ("GNTI"): what another program keeps is not thrown away. */
const applicationId = 0x474e5449

/**
 * Whether there is an index of ours; refuses another file. By the first bytes
 * (https://sqlite.org/fileformat2.html#the_database_header), because a damaged one cannot be opened.
 */
function isThere(file: string): boolean {
  const header = Buffer.alloc(100)
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  try {
    const length = readSync(handle, header, 0, header.length, 0)
    if (length === 0) return true
    if (header.toString('latin1', 0, 16) === 'SQLite format 3\0' && header.readUInt32BE(68) === applicationId)
      return true
    throw notOurs()
  } finally {
    closeSync(handle)
  }
}
