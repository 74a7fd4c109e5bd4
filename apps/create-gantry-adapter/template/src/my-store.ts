import {
  type Abilities,
  type ByteRange,
  type Bytes,
  type Call,
  clipRange,
  type Entry,
  type EntryRef,
  type ErrorCode,
  isAtOrBelow,
  type NewEntry,
  type Reading,
  type Selection,
  type StoreDriver,
  throwIfCancelled,
} from '@gantry/core/driver'

import { MyStoreService, ServiceError, type StoredObject } from './service.ts'

export interface MyStoreOptions {
  /** The service to ask; default: an empty one of its own. CHANGE: take what your SDK needs, such as a client. */
  readonly service?: MyStoreService
  /** Folder of the service that the store begins at; default: all of it. */
  readonly prefix?: string | undefined
}

/** What the storage can do beyond the least, as plain data: callers plan by it, and never try. */
const abilities: Abilities = {
  write: true,
  remove: true,
  // CHANGE to false unless the service itself decides between racing writers.
  conditional: true,
  // CHANGE to false unless a read can be pinned to a version.
  versions: true,
  // CHANGE: digests that the service tells of whatever was written, such as ['crc32c'].
  digests: [],
  // CHANGE to 'stored' if times are the service's own clock.
  modified: 'given',
  // CHANGE to 'none' unless lists come in the order of the paths' UTF-8 bytes.
  order: 'path',
  longestPath: 1024,
  longestSegment: 1024,
}

/** A store in the service. */
export function myStore({ service = new MyStoreService(), prefix = '' }: MyStoreOptions = {}): StoreDriver {
  return new MyStoreDriver(service, prefix === '' ? '' : `${prefix}/`)
}

/** Five methods. `Store` has checked every path before, and compares lengths and answers afterwards. */
class MyStoreDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme = 'my-store'
  readonly abilities = abilities
  readonly #service: MyStoreService
  /** What the keys of all entries begin with: nothing, or a folder and a slash. */
  readonly #base: string

  constructor(service: MyStoreService, base: string) {
    this.#service = service
    this.#base = base
  }

  /** Page by page, never all in memory. A prefix is whole segments: `a/b` is no prefix of `a/bc`. */
  async *list({ prefix = '' }: Selection, call: Call): AsyncGenerator<Entry, void, undefined> {
    let after: string | undefined
    for (;;) {
      throwIfCancelled(call)
      const page = await this.#service.page(this.#base + prefix, after)
      for (const object of page) {
        const entry = this.#entryOf(object)
        const { path } = entry
        if (isAtOrBelow(path, prefix)) yield entry
      }
      after = page.at(-1)?.key
      if (after === undefined) return
    }
  }

  async stat(path: string, call: Call): Promise<Entry> {
    throwIfCancelled(call)
    return this.#entryOf(await this.#service.head(this.#base + path))
  }

  /** CHANGE: ask your service for the range alone, and hand its stream through, with `call.signal`. */
  async read({ path, version }: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
    throwIfCancelled(call)
    const { object, bytes } = await this.#service.get(this.#base + path, version)
    const { start, end } = clipRange(range, object.size)
    return { entry: this.#entryOf(object), body: piecesOf(bytes.subarray(start, end), call) }
  }

  /** CHANGE: stream the body to your service. All of it becomes visible at once, or nothing does. */
  async write(entry: NewEntry, body: Bytes, call: Call): Promise<Entry> {
    const bytes = await gather(body, call)
    const { path, modified = Date.now(), ifAbsent, ifVersion } = entry
    const condition = {
      ...(ifAbsent !== undefined && { absent: ifAbsent }),
      ...(ifVersion !== undefined && { version: ifVersion }),
    }
    // What the service says that it stored, and never an echo of what was sent.
    return this.#entryOf(await this.#service.put(this.#base + path, bytes, modified, condition))
  }

  async remove(path: string, call: Call): Promise<void> {
    throwIfCancelled(call)
    await this.#service.delete(this.#base + path)
  }

  /** What the service's own errors mean; programs act on these codes. CHANGE: yours. */
  codeOf(error: unknown): ErrorCode | undefined {
    if (!(error instanceof ServiceError)) return undefined
    const codes = { 404: 'not_found', 409: 'already_exists', 412: 'precondition_failed' } as const
    return codes[error.status]
  }

  #entryOf({ key, size, modified, version }: StoredObject): Entry {
    return { path: key.slice(this.#base.length), size, modified, version }
  }
}

/** A piece at a time, as it is asked for, and a copy: whoever has it may write to it. */
async function* piecesOf(bytes: Uint8Array, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += 256 * 1024) {
    throwIfCancelled(call)
    yield new Uint8Array(bytes.subarray(at, at + 256 * 1024))
  }
}

/** Chunks are borrowed until the next one is asked for: who keeps one copies it. */
async function gather(body: Bytes, call: Call): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) {
    throwIfCancelled(call)
    chunks.push(new Uint8Array(chunk))
    // Tells that something moves: a call that is silent for long is given up.
    call.report?.(chunk.length)
  }
  throwIfCancelled(call)
  return new Uint8Array(Buffer.concat(chunks))
}
