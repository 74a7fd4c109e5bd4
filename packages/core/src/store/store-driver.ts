import type { ErrorCode } from '../errors/error-code.ts'
import type { Abilities } from './abilities.ts'
import type { ByteRange, Bytes } from './bytes.ts'
import type { Call } from './call.ts'
import type { DirectDriver } from './direct.ts'
import type { Entry, EntryRef, Expected, NewEntry, Reading } from './entry.ts'
import type { ParcelDriver } from './parcel.ts'
import type { QueryDriver } from './query.ts'
import type { Selection } from './selection.ts'
import type { Store } from './store.ts'
import type { NewPart, StoredPart, Upload } from './upload.ts'

/**
 * What an adapter author implements. Users never call it: `Store` wraps it and does what all adapters share (path
 * rules, length checks, selection, error wrapping).
 *
 * Every method honours `call.signal` promptly, holds no more than a chunk a stream in memory, and may throw anything:
 * `codeOf` tells what it means.
 */
export interface StoreDriver {
  /** Version of this contract. */
  readonly contract: 1
  /** Name in URLs, e.g. `s3`. */
  readonly scheme: string
  readonly abilities: Abilities
  /** Where it is, as its adapter opens it, without credentials; left out where no URL tells that. Default of `Store.url`. */
  readonly url?: string
  /**
   * Entries at or below `selection.prefix`, page by page, never all in memory. A driver may leave out what the rest of
   * the selection excludes, if it can cheaply; `Store` checks every entry again. What is there and is no entry, such as a
   * pipe or a folder that may not be opened, comes under a name that is no path, with why in `refused`: `./pipe`,
   * `./folder/`. So does a record of entries that is damaged (`integrity`): last, because who does not listen hears no more,
   * and whatever was selected, because nobody can say what it held.
   */
  list(selection: Selection, call: Call): AsyncIterable<Entry>
  /** The entry with all that the storage says of it, digests included; `not_found`. */
  stat(path: string, call: Call): Promise<Entry>
  /** Its bytes. A changed entry fails with `precondition_failed`; bytes of two versions are never mixed. */
  read(ref: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading>
  /**
   * All of it or nothing: atomic for readers, because a half-written image is worse than none. Writing equal bytes
   * again succeeds. The answer holds what the storage says that it stored, digests included: never an echo of what
   * was sent.
   */
  write?(entry: NewEntry, body: Bytes, call: Call): Promise<Entry>
  /**
   * Told of entries that are soon to be read, or that are soon to be written and are not there yet: makes ready what they would
   * wait for, such as keys to a study, or the study itself. It promises nothing: an entry may never be asked for, or come
   * untold, and what fails here fails again when its turn comes.
   */
  expect?(purpose: 'read' | 'write', entries: readonly Expected[], call: Call): Promise<void>
  /**
   * Of these paths, the entries that are there and that `list` tells under other names, each as it was asked for: where a place
   * answers to more names than it is listed by. Left out by stores whose entries have one name.
   */
  findRenamed?(paths: readonly string[], call: Call): Promise<readonly Entry[]>
  /** Succeeds also when nothing is there. */
  remove?(path: string, call: Call): Promise<void>
  /**
   * Told of an entry that is there though its write never answered, after a crash or a lost connection: makes up for what
   * follows upon a write, such as a word to a service that waits for it. Told twice, it does no harm.
   */
  arrived?(path: string, call: Call): Promise<void>
  /**
   * Where its entries are, in one spelling whatever it was opened with: two drivers that answer the same have the same
   * entries, and one whose answer goes on after another's and a `/` has entries of that one. For comparing only; without
   * credentials. Where nothing tells such places apart but their URL, it is left out.
   */
  location?(): string | Promise<string>
  /** Classifies an error of the driver's own SDK; `undefined` for what it does not know. */
  codeOf(error: unknown): ErrorCode | undefined
  /** Milliseconds that the service asked to wait, where the error says so. */
  retryAfterOf?(error: unknown): number | undefined
  readonly direct?: DirectDriver
  readonly parcels?: ParcelDriver
  readonly query?: QueryDriver
  readonly resumable?: ResumableDriver
  readonly sign?: SignDriver
  readonly tier?: TierDriver
  readonly retain?: RetainDriver
  readonly proof?: ProofDriver
  /**
   * Gives back what it holds: connections, sessions. Asked again, it does nothing; `Store` asks it for nothing afterwards. A driver
   * over a store that it was given closes that too, because whoever hands a store to a driver hands it over: a store that
   * several share is opened once for each.
   */
  close?(): Promise<void>
}

/** Uploads in parts that survive the process that began them. */
export interface ResumableDriver {
  /** Told of the conditions that `complete` will be told of, because some storages must know of them by then. */
  begin(entry: NewEntry, call: Call): Promise<Upload>
  /** Puts (again) one part; the body is exactly `part.size` bytes. */
  putPart(upload: Upload, part: NewPart, body: Bytes, call: Call): Promise<StoredPart>
  /** Parts that the storage has, by number. `not_found` when the upload is unknown: aborted, expired, or completed. */
  listParts(upload: Upload, call: Call): AsyncIterable<StoredPart>
  /** Publishes the whole, atomically; asked again after a lost answer, it answers the same. */
  complete(upload: Upload, entry: NewEntry, parts: readonly StoredPart[], call: Call): Promise<Entry>
  /** Removes what was put. Succeeds also when the upload is unknown. */
  abort(upload: Upload, call: Call): Promise<void>
  /** Bytes that were put, where they can be read back before completion: lets a resume digest them locally. */
  readBack?(upload: Upload, range: ByteRange, call: Call): Promise<Bytes>
  /** Uploads, and temporary files, that no one completed: what an orphan sweep looks at. */
  unfinished(prefix: string | undefined, call: Call): AsyncIterable<Upload>
}

/** URLs that work without credentials for a while. */
export interface SignDriver {
  url(
    path: string,
    options: { readonly method: 'GET' | 'PUT'; readonly expiresIn: number },
    call: Call,
  ): Promise<string>
}

/** Moves an entry to another class of the storage. */
export interface TierDriver {
  set(path: string, tier: string, call: Call): Promise<Entry>
  /**
   * Asks for a readable copy that stays for `days`, or looks how far an earlier request is: asked again, it asks for
   * nothing twice. Needed where `TierAbility.frozen` names tiers.
   */
  thaw?(path: string, options: { readonly days: number; readonly speed?: ThawSpeed }, call: Call): Promise<Thaw>
}

/** How much haste costs: minutes, hours, half a day or two; what the storage does not know is its next slower one. */
export type ThawSpeed = 'fast' | 'standard' | 'bulk'

/** Whether a frozen entry can be read. */
export interface Thaw {
  readonly ready: boolean
  /** Milliseconds since the epoch at which the readable copy goes, where the storage says so. */
  readonly until?: number
}

/** What is known of bytes that were looked at: they are right; they are, but what they are kept with is not; they are not. */
export type Proven = 'held' | 'damaged' | 'lost'

/** One file of a storage that was damaged or missing, and whether its very bytes are there again. */
export interface Mended {
  readonly name: string
  readonly mended: boolean
}

/** Proof of what a storage has, where its names say what the bytes are. */
export interface ProofDriver {
  /**
   * Whether the bytes of an entry are here, and right, by reading them. `all` asks also for whatever else they are kept with:
   * what only copies, repairs and other tools need. `not_found`.
   */
  prove(path: string, options: { readonly all: boolean }, call: Call): Promise<Proven>
  /** Makes what is damaged or missing anew, from what is right here and in copies of the place that it is kept in. */
  mend(copies: readonly Store[], call: Call): AsyncIterable<Mended>
}

/** Retention that the storage itself enforces. */
export interface RetainDriver {
  /**
   * Rejects (`unsupported`) where it is known that the place retains nothing, whatever its options say: asked once, before the
   * first of many entries is sent. What cannot be known passes, because the write will tell.
   */
  check?(call: Call): Promise<void>
  /** Milliseconds since the epoch; can be made later, not earlier. */
  set(path: string, until: number, call: Call): Promise<void>
  get(path: string, call: Call): Promise<number | undefined>
}
