import type { Bytes } from './bytes.ts'
import type { Call } from './call.ts'
import type { Entry, EntryRef, NewEntry, Reading } from './entry.ts'

/** How much is fetched, or committed, as one: a series' tar, a STOW request of so many instances, a study's CAR. */
export type ParcelUnit = 'instance' | 'series' | 'study' | { readonly entries: number; readonly bytes: number }

/** What a store can do with entries that are cheapest to move together. */
export interface ParcelsAbility {
  readonly fetch?: {
    readonly unit: ParcelUnit
    /**
     * Bodies that one fetch gives may be read side by side: the next is given before the last was read. Else they
     * come in one stream, and the next is given when the last was read, or closed.
     */
    readonly sideBySide: boolean
  }
  readonly store?: {
    readonly unit: ParcelUnit
    /** What a parcel got so far can be gone on with by another process, from what was saved of it. */
    readonly resumable: boolean
    /** Also what is no image is taken, in parcels of its own: of a study that is no UID, where its unit is a study. */
    readonly others?: boolean
  }
}

/** An entry of a parcel that could not be fetched; the others are not touched by it. */
export interface FetchFailure {
  readonly path: string
  readonly error: unknown
}

/** Entries that are to be committed together. */
export interface NewParcel {
  /**
   * What is to be added, in any order: fewer than this may follow, never others. As far as it is known now; what is
   * handed to `add` may know more.
   */
  readonly entries: readonly NewEntry[]
  /** The study that all of them belong to (its UID), where the ability's unit is a study and who stores knows it; of `others`, any name. */
  readonly study?: string
  /**
   * The job that it is a part of: a name that says nothing of its images, and the same however often the job is tried. A
   * store that locks may know its own lock by it, of which nobody saved anything.
   */
  readonly job?: string
  /** What an earlier process saved of this parcel; only where the ability says `resumable`. */
  readonly saved?: string
  /**
   * Keeps what another process needs to go on: plain text, without credentials. Resolves when it would survive
   * `kill -9`; the last one counts. First told before anything is kept, or a process that is killed then leaves behind
   * what nobody knows of.
   */
  readonly save: (state: string) => Promise<void>
}

/** What became of one entry of a committed parcel; the store's own word, never an echo of what was sent. */
export type ParcelOutcome =
  | { readonly path: string; readonly entry: Entry }
  | { readonly path: string; readonly error: unknown }

/** Takes the entries of one parcel, one after another. Nothing is visible before `commit`, or all that `commit` tells. */
export interface ParcelWriter {
  /** Paths that are in the parcel already, from what an earlier process had saved: they are not added again. */
  readonly has: ReadonlySet<string>
  /** When it rejects, the parcel is lost: `abort` is all that may follow. */
  add(entry: NewEntry, body: Bytes, call: Call): Promise<void>
  /** An outcome for every entry that was added, and for those in `has`. Asked again after a lost answer by a new parcel. */
  commit(call: Call): Promise<readonly ParcelOutcome[]>
  /**
   * Leaves nothing behind. Never rejects because there is nothing. A writer of a resumable parcel may also be left
   * without it: then what was saved is gone on with, or discarded.
   */
  abort(call: Call): Promise<void>
}

/** Moves many entries as one unit; the part of a driver that the ability `parcels` declares. */
export interface ParcelDriver {
  /**
   * Entries and their bytes, each as of one moment, in any order; the driver chooses how (one answer, ranges, many
   * requests side by side). Every entry that was asked for is given once: with its body, or as a failure. A body that
   * fails concerns its entry alone. Whoever reads may stop early: then everything is closed.
   */
  fetch?(entries: readonly EntryRef[], call: Call): AsyncIterable<Reading | FetchFailure>
  store?(parcel: NewParcel, call: Call): Promise<ParcelWriter>
  /** Removes what a parcel left that no process will go on with. Succeeds also when there is nothing. */
  discard?(saved: string, call: Call): Promise<void>
}
