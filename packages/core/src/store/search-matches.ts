import type { DicomJson } from '../dicom-json.ts'
import { GantryError } from '../errors/gantry-error.ts'
import { abortable } from './abortable.ts'
import type { Call } from './call.ts'
import type { CallRules } from './call-rules.ts'
import type { Query } from './query.ts'
import type { StoreDriver } from './store-driver.ts'

/** `Store.search`: no more matches than were asked for, and none after an abort. */
export async function* searchMatches(
  driver: StoreDriver,
  rules: CallRules,
  query: Query,
  call: Call,
): AsyncGenerator<DicomJson, void, undefined> {
  const { limit = Number.POSITIVE_INFINITY } = query
  let left = limit
  try {
    rules.begin(call)
    if (driver.query === undefined || driver.abilities.query !== true) throw rules.unsupported('answers no searches')
    if (Number.isNaN(limit) || limit < 0) throw new GantryError('invalid', 'A limit is a number from 0.')
    if (left < 1) return
    for await (const match of abortable(driver.query.search(query, call), call.signal)) {
      yield match
      left -= 1
      if (left < 1) return
    }
  } catch (error) {
    throw rules.wrap(error, undefined, call)
  }
}
