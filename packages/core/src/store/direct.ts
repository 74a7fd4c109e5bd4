import type { Call } from './call.ts'
import type { DigestAlgorithm, Digests } from './digest.ts'
import type { Entry, EntryRef, NewEntry } from './entry.ts'
import type { StoreDriver } from './store-driver.ts'

/** An entry that is to come straight from another store of the same kind. */
export interface DirectOrder {
  /** One that `canTake` said yes to. */
  readonly from: StoreDriver
  /** Of this version and size, where they are named; else `precondition_failed`. */
  readonly ref: EntryRef
  /** What it leaves out of time and type is as the source has it. Nothing is published that its `digests` do not fit. */
  readonly entry: NewEntry
  /** What to compute of the bytes on their way, where they pass through this process at all. */
  readonly digests: readonly DigestAlgorithm[]
}

/** What came of it. */
export interface Taken {
  /** As it was when it was read: one that changed meanwhile was not taken. */
  readonly source: Entry
  readonly stored: Entry
  /**
   * Computed of the bytes that were written, as they passed: never an echo of what a store said. Empty where a storage
   * copies within itself; then what source and stored entry vouch for is all that is known.
   */
  readonly digests: Digests
}

/**
 * Takes entries straight from another store of its kind, so that their bytes do not pass through whoever asks. The same
 * is promised as of reading there and writing here: all or nothing, conditions, no bytes of two versions.
 */
export interface DirectDriver {
  /** Whether it can, and does it better than reading and writing would; asks nobody. */
  canTake(from: StoreDriver, ref: EntryRef): boolean
  /** `call.report` is told of every byte, once. What the source's side failed with comes as a `SourceFailure`. */
  take(order: DirectOrder, call: Call): Promise<Taken>
}

/** Says that the source failed and not the destination; `cause` is what with. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure'

  constructor(cause: unknown) {
    super('The source failed.', { cause })
  }
}

/** By name: two versions of core may live in one program. */
export function isSourceFailure(error: unknown): error is SourceFailure {
  return error instanceof Error && error.name === 'SourceFailure'
}
