import { GantryError } from '../errors/gantry-error.ts'
import type { ResumableAbility } from './abilities.ts'
import { abortable, throwIfCancelled } from './abortable.ts'
import { type ByteRange, type Bytes, exactly } from './bytes.ts'
import { type Call, type CallOptions, toCall } from './call.ts'
import { compareDigests } from './digest.ts'
import type { Entry, NewEntry } from './entry.ts'
import { checkPath } from './path.ts'
import type { ResumableDriver } from './store-driver.ts'
import type { Part, StoredPart, Upload } from './upload.ts'

/** What `Store` does for every call, uploads included. */
export interface UploadRules {
  readonly check: (path: string) => void
  readonly run: <Value>(path: string, call: Call, work: () => Promise<Value>) => Promise<Value>
  readonly guard: (body: Bytes, path: string, call: Call) => Bytes
  readonly wrap: (error: unknown, call: Call) => unknown
}

/** Uploads in parts, of a store that can: each survives the process that began it. */
export class StoreUploads {
  readonly #driver: ResumableDriver
  readonly #rules: UploadRules
  readonly ability: ResumableAbility

  constructor(driver: ResumableDriver, ability: ResumableAbility, rules: UploadRules) {
    this.#driver = driver
    this.ability = ability
    this.#rules = rules
  }

  /** Begins an upload; what it answers is plain data to be kept until `complete` or `abort`. */
  async begin(entry: NewEntry, options: CallOptions = {}): Promise<Upload> {
    const path = checkPath(entry.path)
    this.#rules.check(path)
    const call = toCall(options)
    return await this.#rules.run(path, call, () => this.#driver.begin({ ...entry, path }, call))
  }

  async putPart(upload: Upload, part: Part, body: Bytes, options: CallOptions = {}): Promise<StoredPart> {
    const call = toCall(options)
    const checked = abortable(exactly(body, part.size), call.signal)
    return await this.#rules.run(upload.path, call, () => this.#driver.putPart(upload, part, checked, call))
  }

  /** All parts that the store has, by number. */
  async listParts(upload: Upload, options: CallOptions = {}): Promise<StoredPart[]> {
    const call = toCall(options)
    return await this.#rules.run(upload.path, call, async () => {
      const parts: StoredPart[] = []
      for await (const part of this.#driver.listParts(upload, call)) parts.push(part)
      return parts
    })
  }

  /** Publishes the whole; `integrity` when the store says that it keeps something else than `entry` promises. */
  async complete(
    upload: Upload,
    entry: NewEntry,
    parts: readonly StoredPart[],
    options: CallOptions = {},
  ): Promise<Entry> {
    const { path } = upload
    const call = toCall(options)
    const stored = await this.#rules.run(path, call, () => this.#driver.complete(upload, entry, parts, call))
    if (entry.size !== undefined && stored.size !== entry.size) {
      throw new GantryError('integrity', 'The store keeps another length than was sent.', { path })
    }
    if (compareDigests(entry.digests, stored.digests) === 'different') {
      throw new GantryError('integrity', 'The store keeps other bytes than were sent.', { path })
    }
    return stored
  }

  async abort(upload: Upload, options: CallOptions = {}): Promise<void> {
    const call = toCall(options)
    await this.#rules.run(upload.path, call, () => this.#driver.abort(upload, call))
  }

  /** Whether `readBack` works before completion. */
  get readsBack(): boolean {
    return this.#driver.readBack !== undefined
  }

  /** Bytes of parts that were put; `unsupported` where the store cannot tell them before completion. */
  async readBack(upload: Upload, range: ByteRange & { end: number }, options: CallOptions = {}): Promise<Bytes> {
    const readBack = this.#driver.readBack?.bind(this.#driver)
    const call = toCall(options)
    if (readBack === undefined) {
      throw new GantryError('unsupported', 'This store cannot read unfinished uploads.', { path: upload.path })
    }
    const body = await this.#rules.run(upload.path, call, () => readBack(upload, range, call))
    return this.#rules.guard(exactly(body, range.end - range.start), upload.path, call)
  }

  /** What was begun and neither completed nor aborted, by anyone. */
  async *unfinished(prefix?: string, options: CallOptions = {}): AsyncGenerator<Upload, void, undefined> {
    const call = toCall(options)
    try {
      throwIfCancelled(call)
      yield* this.#driver.unfinished(prefix, call)
    } catch (error) {
      throw this.#rules.wrap(error, call)
    }
  }
}
