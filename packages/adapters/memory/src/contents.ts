import {
  type Digests,
  GantryError,
  type NewEntry,
  type SizedEntry,
  type StoredPart,
  type Upload,
} from '@gantry/core/driver'

/** Chunks that are never written to again: a reader may go on with them after the entry was replaced. */
export interface Held {
  readonly entry: SizedEntry
  readonly chunks: readonly Uint8Array[]
}

/** An upload in parts that was begun. */
export interface Pending {
  readonly upload: Upload
  readonly entry: NewEntry
  readonly parts: Map<number, { readonly part: StoredPart; readonly chunks: readonly Uint8Array[] }>
}

/** An entry of a parcel that is not committed. */
export interface Staged {
  readonly entry: NewEntry
  readonly chunks: readonly Uint8Array[]
}

/** What a memory store holds. Several drivers may share it, as several processes share a bucket. */
export class MemoryContents {
  readonly entries = new Map<string, Held>()
  readonly pending = new Map<string, Pending>()
  /** Parcels that are not committed, by what is saved of them. */
  readonly parcels = new Map<string, Map<string, Staged>>()
  /** Answers of completed uploads, for who asks again because the answer was lost. */
  readonly completed = new Map<string, SizedEntry>()
  readonly retained = new Map<string, number>()
  #count = 0

  /** A string that was never given before. */
  unique(): string {
    this.#count += 1
    return `m${this.#count}`
  }

  find(path: string): Held {
    const held = this.entries.get(path)
    if (held === undefined) throw new GantryError('not_found', 'There is no such entry.', { path })
    return held
  }

  /** Replaces the entry at once, if the conditions hold: no reader sees anything between. */
  publish(wanted: NewEntry, chunks: readonly Uint8Array[], digests: Digests | undefined): SizedEntry {
    const { path, contentType, tier, modified = Date.now() } = wanted
    const current = this.entries.get(path)
    if (wanted.ifAbsent === true && current !== undefined) {
      throw new GantryError('already_exists', 'Something is there already.', { path })
    }
    if (wanted.ifVersion !== undefined && wanted.ifVersion !== current?.entry.version) {
      throw new GantryError('precondition_failed', 'The entry is not of that version.', { path })
    }
    this.refuseIfRetained(path)
    const entry: SizedEntry = {
      path,
      size: lengthOf(chunks),
      modified,
      version: this.unique(),
      ...(digests !== undefined && { digests }),
      ...(contentType !== undefined && { contentType }),
      ...(tier !== undefined && { tier }),
    }
    this.entries.set(path, { entry, chunks })
    if (wanted.retainUntil !== undefined) this.retained.set(path, wanted.retainUntil)
    return entry
  }

  refuseIfRetained(path: string): void {
    if ((this.retained.get(path) ?? 0) > Date.now()) {
      throw new GantryError('permission_denied', 'The entry is under retention.', { path })
    }
  }
}

export function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}
