import type { ResumableAbility } from './abilities.ts'
import type { ByteRange, Bytes } from './bytes.ts'
import { type CallOptions, toCall } from './call.ts'
import type { CallRules } from './call-rules.ts'
import type { Entry, NewEntry } from './entry.ts'
import { checkPath } from './path.ts'
import type { ResumableDriver } from './store-driver.ts'
import type { NewPart, StoredPart, Upload } from './upload.ts'

/** Uploads in parts, of a store that can: each survives the process that began it. */
export class StoreUploads {
  readonly #driver: ResumableDriver
  readonly #rules: CallRules
  readonly ability: ResumableAbility

  constructor(driver: ResumableDriver, ability: ResumableAbility, rules: CallRules) {
    this.#driver = driver
    this.ability = ability
    this.#rules = rules
  }

  /** Begins an upload; what it answers is plain data to be kept until `complete` or `abort`. */
  async begin(entry: NewEntry, options: CallOptions = {}): Promise<Upload> {
    const path = this.#rules.newPath(entry.path)
    const call = toCall(options)
    return await this.#rules.run(path, call, async () => {
      this.#rules.checkWanted(entry)
      return await this.#driver.begin({ ...entry, path }, call)
    })
  }

  /** Puts (again) one part; `integrity` when its body is not `part.size` bytes long. */
  async putPart(upload: Upload, part: NewPart, body: Bytes, options: CallOptions = {}): Promise<StoredPart> {
    const call = toCall(options)
    return await this.#rules.send(upload.path, call, { bytes: body, size: part.size }, (bytes) =>
      this.#driver.putPart(upload, part, bytes, call),
    )
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
    const call = toCall(options)
    return await this.#rules.run(upload.path, call, async () => {
      const stored = await this.#driver.complete(upload, entry, parts, call)
      this.#rules.checkStored(entry, stored)
      return stored
    })
  }

  /** Removes what was put; succeeds also when the upload is unknown. */
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
    const { path } = upload
    const readBack = this.#driver.readBack?.bind(this.#driver)
    const call = toCall(options)
    const body = await this.#rules.run(path, call, async () => {
      if (readBack === undefined) throw this.#rules.unsupported('cannot read unfinished uploads')
      this.#rules.checkRange(range)
      return await readBack(upload, range, call)
    })
    return this.#rules.receive(path, call, body, range.end - range.start)
  }

  /** What was begun and neither completed nor aborted, by anyone. */
  async *unfinished(prefix?: string, options: CallOptions = {}): AsyncGenerator<Upload, void, undefined> {
    const call = toCall(options)
    if (prefix !== undefined && prefix !== '') checkPath(prefix)
    try {
      this.#rules.begin(call)
      yield* this.#driver.unfinished(prefix, call)
    } catch (error) {
      throw this.#rules.wrap(error, undefined, call)
    }
  }
}
