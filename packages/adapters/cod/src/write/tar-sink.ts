import type { Call, Entry, NewEntry, StoredPart, Upload } from '@gantry/core/driver'

/** Where a tar goes while it is made. */
export interface TarSink {
  /** Bytes so far. */
  readonly position: number
  /** Takes its own copy of the chunk. */
  write(chunk: Uint8Array, call: Call): Promise<void>
  /**
   * Says that an entry ends here: where enough was gathered, all of it is sent, and not waited for. Answers what another
   * process needs to go on from the last such end whose bytes are all there, if it can and there is one.
   */
  settle(call: Call): Promise<SentParts | undefined>
  /** Publishes the whole, under the conditions of `entry`. */
  finish(entry: NewEntry, call: Call): Promise<Published>
  /** Leaves nothing behind. */
  abort(call: Call): Promise<void>
}

/** All bytes up to the end of an entry. */
export interface SentParts {
  readonly upload: Upload
  readonly parts: readonly StoredPart[]
}

export interface Published {
  readonly entry: Entry
  /** The store said of the whole what was computed of it. */
  readonly vouched: boolean
}
