import { GantryError } from '@gantry/core/driver'

import type { SeriesName } from './series-name.ts'

/**
 * What keeps a series from being read, or should be known of it.
 *
 * - `no-metadata` a tar or a folder, and nothing that says what is in it
 * - `being-written` the same, and a writer's lock: it is on its way
 * - `abandoned` a tar, no metadata, and a lock of over an hour: its writer died, or somebody has to look
 * - `damaged-metadata` its metadata.json is half written, or something else
 * - `damaged-record` some of its instances have no usable record; the others can be read
 * - `no-tar` metadata, and no bytes
 * - `locked` it can be read, and a writer is at work, or died
 * - `error-log` it can be read, and a writer left a report that it failed
 */
export type TroubleKind =
  | 'no-metadata'
  | 'being-written'
  | 'abandoned'
  | 'damaged-metadata'
  | 'damaged-record'
  | 'no-tar'
  | 'locked'
  | 'error-log'

export interface SeriesTrouble extends SeriesName {
  readonly kind: TroubleKind
  /** What reading it fails with; `undefined` where it can be read. */
  readonly error: GantryError | undefined
}

/** Told of each series that has some, whenever it is listed or searched: what is listed does not change by that. */
export type OnTrouble = (trouble: SeriesTrouble) => void

export function noMetadata(): GantryError {
  return new GantryError('integrity', 'The series has no metadata.json: "gantry cod repair" makes one from its tar.', {
    retryable: false,
  })
}

export function beingWritten(): GantryError {
  return new GantryError(
    'unavailable',
    'The series is being written, or its writer died: it holds a lock and no metadata.',
  )
}

/** Not retryable: nobody is at work on it. */
export function abandoned(): GantryError {
  const advice = 'if that writer is dead, "gantry cod repair --break-lock" makes metadata from its tar.'
  return new GantryError('unavailable', `The series has an old lock and no metadata.json: ${advice}`, {
    retryable: false,
  })
}

export function noTar(): GantryError {
  return new GantryError('integrity', 'The series has metadata, and no tar.', { retryable: false })
}
