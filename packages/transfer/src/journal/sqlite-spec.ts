import { GantryError, isGantryError, type JobSpec, jobSpecSchema } from '@gantry/core'

import { notAJournal, type SqliteDatabase } from './sqlite-database.ts'
import { migrate } from './sqlite-migrations.ts'
import { journalVersion } from './sqlite-schema.ts'

/**
 * What the job of a journal is; closes the journal where it cannot tell. `migrates`: one of an earlier version becomes one of this; else it
 * stays as it is, and only what all versions have can be read of it: the record, and what failed.
 */
export function readSpec(database: SqliteDatabase, { migrates }: { readonly migrates: boolean }): JobSpec {
  try {
    const version = database.one<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0
    if (version > journalVersion) {
      throw new GantryError('unsupported', 'This journal was written by a newer version of Gantry: upgrade to use it.')
    }
    const row = database.one<{ spec: string }>('SELECT spec FROM job')
    if (migrates && version < journalVersion) migrate(database, version)
    return jobSpecSchema.parse(JSON.parse(row?.spec ?? ''))
  } catch (error) {
    database.close()
    if (isGantryError(error)) throw error
    throw new GantryError('invalid', notAJournal, { cause: error })
  }
}
