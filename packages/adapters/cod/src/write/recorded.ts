import { type Entry, GantryError } from '@gantry/core/driver'

import { entryOf } from '../metadata/entry-of.ts'
import { parseInstance } from '../metadata/instance.ts'
import type { SeriesName } from '../series/series-name.ts'

/** A record that waits for the others of its series: as bytes, which are a fraction of the objects that they stand for. */
export interface Recorded {
  /** JSON. */
  readonly bytes: Uint8Array
  /** What it will be listed as. */
  readonly entry: Entry
}

export function recorded(name: SeriesName, key: string, record: Record<string, unknown>): Recorded {
  const instance = parseInstance(key, record)
  if (instance === undefined) throw new GantryError('internal', 'What was recorded cannot be read.')
  return { bytes: new TextEncoder().encode(JSON.stringify(record)), entry: entryOf(name, instance) }
}
