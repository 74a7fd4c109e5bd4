import { type ErrorCode } from '../errors/error-code.ts'
import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import type { Abilities } from './abilities.ts'
import { abortable, cancelled, throwIfCancelled } from './abortable.ts'
import { type ByteRange, type Bytes, clipRange, close, exactly } from './bytes.ts'
import { type Call, type CallOptions, toCall } from './call.ts'
import { compareDigests } from './digest.ts'
import type { Entry, EntryRef, NewEntry, Reading } from './entry.ts'
import { checkLength, checkPath, isPath } from './path.ts'
import { releasing } from './releasing.ts'
import { compileSelection, type Selection } from './selection.ts'
import type { StoreDriver } from './store-driver.ts'
import { StoreUploads } from './store-uploads.ts'
import { describeError } from './describe-error.ts'

export interface ListOptions extends CallOptions {
  /** Told of objects whose names are no paths (`a//b`, `../x`): they cannot be read or copied, and must not be silent. */
  readonly onRefused?: (name: string) => void
}

/**
 * A place that holds entries: what users of Gantry call. All that adapters share lives here: path rules, length and
 * digest checks, the header-free part of a selection, and errors, which are always `GantryError`s that name store and
 * path.
 */
export class Store {
  readonly #driver: StoreDriver
  /** Where it is, without credentials: for people, journals and receipts. */
  readonly url: string
  /** Uploads in parts; `undefined` unless the ability `resumable` is declared. */
  readonly uploads: StoreUploads | undefined

  constructor(driver: StoreDriver, options: { url?: string } = {}) {
    this.#driver = driver
    this.url = options.url ?? `${driver.scheme}:`
    const { resumable } = driver
    if (resumable !== undefined && driver.abilities.resumable !== undefined) {
      this.uploads = new StoreUploads(resumable, driver.abilities.resumable, {
        check: (path) => checkLength(path, driver.abilities),
        run: (path, call, work) => this.#run(path, work, call),
        guard: (body, path, call) => this.#guarded(body, path, call),
        wrap: (error, call) => this.#wrap(error, undefined, call),
      })
    }
  }

  get scheme(): string {
    return this.#driver.scheme
  }

  get abilities(): Abilities {
    return this.#driver.abilities
  }

  /** Entries that the selection holds, as far as the store knows without opening them; see `needsHeader`. */
  async *list(selection: Selection = {}, options: ListOptions = {}): AsyncGenerator<Entry, void, undefined> {
    const call = toCall(options)
    const { prefix } = selection
    // A prefix is a path too, and may have come from outside.
    if (prefix !== undefined && prefix !== '') refuseUnlessPath(prefix)
    const selected = compileSelection(selection, { headers: false })
    try {
      throwIfCancelled(call)
      for await (const entry of this.#driver.list(selection, call)) {
        throwIfCancelled(call)
        if (!isPath(entry.path)) options.onRefused?.(entry.path)
        else if (selected(entry)) yield entry
      }
    } catch (error) {
      throw this.#wrap(error, undefined, call)
    }
  }

  /** The entry and what the store knows of it; `not_found`. */
  async stat(path: string, options: CallOptions = {}): Promise<Entry> {
    refuseUnlessPath(path)
    const call = toCall(options)
    return await this.#run(path, () => this.#driver.stat(path, call), call)
  }

  /** The entry, or `undefined` where `stat` would say `not_found`. */
  async find(path: string, options: CallOptions = {}): Promise<Entry | undefined> {
    try {
      return await this.stat(path, options)
    } catch (error) {
      if (isGantryError(error) && error.code === 'not_found') return undefined
      throw error
    }
  }

  /**
   * The bytes of an entry, or a range of them. A short or long body fails with `integrity` when it ends, a changed
   * entry with `precondition_failed`; both may come in mid-body.
   */
  async read(ref: EntryRef | string, range?: ByteRange, options: CallOptions = {}): Promise<Reading> {
    const entryRef = typeof ref === 'string' ? { path: ref } : ref
    const { path } = entryRef
    refuseUnlessPath(path)
    const call = toCall(options)
    const reading = await this.#run(path, () => this.#driver.read(entryRef, range, call), call)
    const { start, end } = clipRange(range, reading.entry.size)
    return { entry: reading.entry, body: this.#guarded(exactly(reading.body, end - start), path, call) }
  }

  /**
   * Writes all of it or nothing. Fails with `integrity` when the body is not `entry.size` long, or when what the
   * store says it stored is not what `entry.digests` promised.
   */
  async write(entry: NewEntry, body: Bytes, options: CallOptions = {}): Promise<Entry> {
    const path = checkPath(entry.path)
    checkLength(path, this.abilities)
    const call = toCall(options)
    const write = this.#driver.write?.bind(this.#driver)
    if (write === undefined || !this.abilities.write) throw this.#unsupported(path, 'takes no single entries')
    if ((entry.ifAbsent === true || entry.ifVersion !== undefined) && !this.abilities.conditional) {
      throw this.#unsupported(path, 'has no conditional writes')
    }
    const checked = abortable(entry.size === undefined ? body : exactly(body, entry.size), call.signal)
    const written = await this.#run(path, () => write({ ...entry, path }, checked, call), call)
    if (entry.size !== undefined && written.size !== entry.size) {
      throw this.#fault('integrity', 'The store keeps another length than was written.', path)
    }
    if (compareDigests(entry.digests, written.digests) === 'different') {
      throw this.#fault('integrity', 'The store keeps other bytes than were written.', path)
    }
    return written
  }

  /** Removes the entry; succeeds also when nothing is there. */
  async remove(path: string, options: CallOptions = {}): Promise<void> {
    refuseUnlessPath(path)
    const call = toCall(options)
    const remove = this.#driver.remove?.bind(this.#driver)
    if (remove === undefined || !this.abilities.remove) throw this.#unsupported(path, 'removes nothing')
    await this.#run(path, () => remove(path, call), call)
  }

  /** A URL that works for `expiresIn` seconds without credentials; needs the ability `sign`. */
  async sign(path: string, options: { method?: 'GET' | 'PUT'; expiresIn: number } & CallOptions): Promise<string> {
    const checked = checkPath(path)
    const { sign } = this.#driver
    if (sign === undefined) throw this.#unsupported(path, 'signs no URLs')
    const { method = 'GET', expiresIn } = options
    return await this.#run(checked, () => sign.url(checked, { method, expiresIn }, toCall(options)))
  }

  /** Moves an entry to another class of the storage; needs the ability `tier`. */
  async setTier(path: string, tier: string, options: CallOptions = {}): Promise<Entry> {
    refuseUnlessPath(path)
    const driver = this.#driver.tier
    if (driver === undefined) throw this.#unsupported(path, 'has no tiers')
    return await this.#run(path, () => driver.set(path, tier, toCall(options)))
  }

  /** Makes the storage refuse removal until then (milliseconds since the epoch); needs the ability `retain`. */
  async retain(path: string, until: number, options: CallOptions = {}): Promise<void> {
    refuseUnlessPath(path)
    const driver = this.#driver.retain
    if (driver === undefined) throw this.#unsupported(path, 'has no retention')
    await this.#run(path, () => driver.set(path, until, toCall(options)))
  }

  /** Until when the storage refuses removal, if at all. */
  async retainedUntil(path: string, options: CallOptions = {}): Promise<number | undefined> {
    refuseUnlessPath(path)
    const driver = this.#driver.retain
    if (driver === undefined) return undefined
    return await this.#run(path, () => driver.get(path, toCall(options)))
  }

  async close(): Promise<void> {
    await this.#driver.close?.()
  }

  #guarded(body: Bytes, path: string, call: Call): Bytes {
    return releasing(this.#wrapped(body, path, call), () => close(body))
  }

  async *#wrapped(body: Bytes, path: string, call: Call): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* abortable(body, call.signal)
    } catch (error) {
      throw this.#wrap(error, path, call)
    }
  }

  async #run<Value>(path: string, work: () => Promise<Value>, call?: Call): Promise<Value> {
    if (call?.signal.aborted === true) throw cancelled(call.signal)
    try {
      return await work()
    } catch (error) {
      throw this.#wrap(error, path, call)
    }
  }

  #wrap(error: unknown, path: string | undefined, call: Call | undefined): GantryError {
    if (isGantryError(error)) {
      if (error.store !== undefined && (error.path !== undefined || path === undefined)) return error
      const { code, retryable, retryAfter } = error
      const place = { store: error.store ?? this.scheme, path: error.path ?? path }
      return new GantryError(code, error.message, { ...place, retryable, retryAfter, cause: error })
    }
    // Whatever an aborted call threw, the caller's own wish is the reason.
    const code = call?.signal.aborted === true ? 'cancelled' : (this.#driver.codeOf(error) ?? 'internal')
    const retryAfter = this.#driver.retryAfterOf?.(error)
    return this.#fault(code, describeError(code), path, { cause: error, retryAfter })
  }

  #fault(
    code: ErrorCode,
    message: string,
    path: string | undefined,
    more: { cause?: unknown; retryAfter?: number } = {},
  ): GantryError {
    return new GantryError(code, message, { store: this.scheme, path, ...more })
  }

  #unsupported(path: string, what: string): GantryError {
    return this.#fault('unsupported', `This store ${what}.`, path)
  }
}

function refuseUnlessPath(path: string): void {
  // Not normalised: a store's own names are read as they are; only what is written is made NFC.
  checkPath(path)
}
