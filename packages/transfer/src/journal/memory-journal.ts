import type { JobSpec } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'

import type { Journal } from './journal.ts'
import { takeMemory } from './memory-databases.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { insertJob } from './sqlite-schema.ts'

/** A journal that ends with its process: for jobs that nobody will go on with. */
export function memoryJournal(spec: JobSpec): Journal {
  checkGiven(spec, 'a journal: of a job spec', { id: 'string' })
  const database = takeMemory()
  database.run(insertJob, JSON.stringify(spec))
  return SqliteJournal.over(database, spec)
}
