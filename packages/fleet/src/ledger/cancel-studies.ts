import type { SqlDatabase } from '@gantry/sqlite'

import type { WaitingStudy } from './records.ts'
import { waitingParts } from './waiting-parts.ts'

/** Studies that are looked at at a time. */
const pageSize = 500

/**
 * The studies of a cancelled run that wait, in pages; each is said to be cancelled when the next is asked for, so that who ends in
 * between, and begins again, is given the same page once more. So the ledger says it even where no job of them is left to say it.
 * One that a worker is at may still end as done, if its last part was verified before the worker heard of it.
 */
export async function* cancelStudies(
  database: SqlDatabase,
  run: string,
): AsyncGenerator<WaitingStudy[], void, undefined> {
  const select = `SELECT id FROM fleet_studies WHERE run = ? AND state = 'queued' AND id > ? ORDER BY id LIMIT ${pageSize}`
  for (let after = ''; ;) {
    const ids = (await database.all<{ id: string }>(select, run, after)).map(({ id }) => id)
    if (ids.length === 0) return
    const waiting = await waitingParts(database, ids)
    yield [...waiting].map(([study, parts]) => ({ study, run, parts }))
    // Others may have ended meanwhile, or be planned anew.
    const places = ids.map(() => '?').join(', ')
    const cancel = `UPDATE fleet_studies SET state = 'cancelled', ended = ? WHERE id IN (${places}) AND run = ? AND state = 'queued'`
    await database.change(`${cancel} RETURNING id`, Date.now(), ...ids, run)
    after = ids.at(-1) ?? ''
  }
}
