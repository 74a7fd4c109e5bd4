import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import type { DicomJson } from '../dicom-json.ts'
import type { Abilities } from './abilities.ts'
import { throwIfCancelled } from './abortable.ts'
import { type ByteRange, type Bytes, close, lengthOf } from './bytes.ts'
import { type Call, type CallOptions, toCall } from './call.ts'
import { CallRules } from './call-rules.ts'
import { checkDriver } from './check-driver.ts'
import { isSourceFailure, type Taken } from './direct.ts'
import type { Entry, EntryRef, Expected, NewEntry, Reading } from './entry.ts'
import { checkPath, isPath } from './path.ts'
import type { Query } from './query.ts'
import { searchMatches } from './search-matches.ts'
import { tellRefused } from './selected-folder.ts'
import { checkSelection, compileSelection, type Selection } from './selection.ts'
import type { Mended, Proven, StoreDriver, Thaw, ThawSpeed } from './store-driver.ts'
import type { ListOptions, TakeOptions } from './store-options.ts'
import { StoreParcels } from './store-parcels.ts'
import { StoreUploads } from './store-uploads.ts'
import { withoutSecrets } from './without-secrets.ts'

/**
 * A place that holds entries: what users of Gantry call. All that adapters share lives here: path rules, length and
 * digest checks, the header-free part of a selection, and errors, which are always `GantryError`s that name store and
 * path.
 */
export class Store {
  readonly #driver: StoreDriver
  readonly #rules: CallRules
  readonly #uploads: StoreUploads | undefined
  /** Where it is, without credentials: for people, journals and receipts. No more than the scheme where nobody tells it. */
  readonly url: string
  /** Many entries as one; `undefined` unless the ability `parcels` is declared. */
  readonly parcels: StoreParcels | undefined

  constructor(driver: StoreDriver, options: { url?: string } = {}) {
    checkDriver(driver)
    const { scheme, abilities, resumable, parcels } = driver
    this.#driver = driver
    this.#rules = new CallRules(driver)
    this.url = withoutSecrets(options.url ?? driver.url ?? `${scheme}:`)
    if (resumable !== undefined && abilities.resumable !== undefined) {
      this.#uploads = new StoreUploads(resumable, abilities.resumable, this.#rules)
    }
    if (parcels !== undefined && abilities.parcels !== undefined) {
      this.parcels = new StoreParcels(parcels, abilities.parcels, this.#rules)
    }
  }

  get scheme(): string {
    return this.#driver.scheme
  }

  get abilities(): Abilities {
    return this.#driver.abilities
  }

  /** Uploads in parts; `undefined` unless the ability `resumable` is declared, as it may be no more by what a service answers. */
  get uploads(): StoreUploads | undefined {
    return this.abilities.resumable === undefined ? undefined : this.#uploads
  }

  /** See `StoreDriver.location`. */
  async location(): Promise<string | undefined> {
    return await this.#call(undefined, {}, async () => await this.#driver.location?.())
  }

  /** Entries that the selection holds, as far as the store knows without opening them; see `needsHeader`. */
  async *list(selection: Selection = {}, options: ListOptions = {}): AsyncGenerator<Entry, void, undefined> {
    const call = toCall(options)
    checkSelection(selection)
    const { prefix } = selection
    // A prefix is a path too, and may have come from outside.
    if (prefix !== undefined && prefix !== '') checkPath(prefix)
    const selected = compileSelection(selection, { headers: false })
    try {
      this.#rules.begin(call)
      for await (const entry of this.#driver.list(selection, call)) {
        throwIfCancelled(call)
        if (!isPath(entry.path)) tellRefused(entry, selection, selected, options)
        else if (selected(entry)) yield entry
      }
    } catch (error) {
      throw this.#rules.wrap(error, undefined, call)
    }
  }

  /** Searches by DICOM attributes: matches, each once; needs the ability `query`. */
  async *search(query: Query, options: CallOptions = {}): AsyncGenerator<DicomJson, void, undefined> {
    yield* searchMatches(this.#driver, this.#rules, query, toCall(options))
  }

  /** The entry and what the store knows of it; `not_found`. */
  async stat(path: string, options: CallOptions = {}): Promise<Entry> {
    return await this.#call(path, options, (call) => this.#driver.stat(path, call))
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
   * The bytes of an entry, or a range of them. A short or long body fails with `integrity` when it ends, as far as the
   * store says how long the entry is; a changed entry with `precondition_failed`. Both may come in mid-body.
   */
  async read(ref: EntryRef | string, range?: ByteRange, options: CallOptions = {}): Promise<Reading> {
    const entryRef = typeof ref === 'string' ? { path: ref } : ref
    return await this.#call(entryRef.path, options, async (call) => {
      this.#rules.checkRange(range)
      const { entry, body } = await this.#driver.read(entryRef, range, call)
      try {
        return { entry, body: this.#rules.receive(entryRef.path, call, body, lengthOf(range, entry.size)) }
      } catch (error) {
        await close(body)
        throw error
      }
    })
  }

  /**
   * Writes all of it or nothing. Fails with `integrity` when the body is not `entry.size` long, or when what the
   * store says it stored is not what `entry.digests` promised.
   */
  async write(entry: NewEntry, body: Bytes, options: CallOptions = {}): Promise<Entry> {
    const call = toCall(options)
    return await this.#rules.send(entry.path, call, { bytes: body, size: entry.size }, async (bytes, path) => {
      if (this.#driver.write === undefined || !this.abilities.write) {
        throw this.#rules.unsupported('takes no single entries')
      }
      this.#rules.checkWanted(entry)
      const written = await this.#driver.write({ ...entry, path }, bytes, call)
      this.#rules.checkStored(entry, written)
      return written
    })
  }

  /** Whether the store makes use of `expect`. */
  get expects(): boolean {
    return this.#driver.expect !== undefined
  }

  /** Says what is soon to be read, or written where nothing is yet; what comes of it is told when it is. */
  async expect(purpose: 'read' | 'write', entries: readonly Expected[], options: CallOptions = {}): Promise<void> {
    // What can be no name here is refused when its turn comes.
    const named = entries.filter(({ path }) => isPath(path))
    const wanted = purpose === 'read' ? named : named.map((one) => ({ ...one, path: checkPath(one.path) }))
    await this.#call(undefined, options, async (call) => await this.#driver.expect?.(purpose, wanted, call))
  }

  /** What is there at these paths, and `list` tells under other names; `undefined` where entries have none but those. */
  async findRenamed(paths: readonly string[], options: CallOptions = {}): Promise<readonly Entry[] | undefined> {
    const call = toCall(options)
    const find = async () => await this.#driver.findRenamed?.(paths.filter(isPath), call)
    return await this.#rules.run(undefined, call, find)
  }

  /** Whether `take` works from there, for this entry, and is better than to read and write it; not where calls are replaced. */
  canTake(from: Store, ref: EntryRef): boolean {
    if (!this.abilities.write || this.abilities.direct !== true || !(#driver in from)) return false
    return this.#driver.direct?.canTake(from.#driver, ref) === true
  }

  /**
   * Writes an entry of another store of the same kind, as `read` there and `write` here would, but without its bytes
   * passing through the caller; `unsupported` unless `canTake`.
   */
  async take(from: Store, ref: EntryRef, entry: NewEntry, options: TakeOptions = {}): Promise<Taken> {
    const { digests = [], onSourceError } = options
    const call = toCall(options)
    const path = this.#rules.newPath(entry.path)
    return await this.#rules.run(path, call, async () => {
      await from.#call(ref.path, options, async () => {})
      if (!this.canTake(from, ref)) throw this.#rules.unsupported('cannot take this entry from that one')
      this.#rules.checkWanted(entry)
      try {
        const order = { from: from.#driver, ref, entry: { ...entry, path }, digests }
        const taken = (await this.#driver.direct?.take(order, call)) as Taken
        this.#rules.checkStored({ ...entry, size: entry.size ?? taken.source.size }, taken.stored)
        return taken
      } catch (error) {
        if (!isSourceFailure(error)) throw error
        const failure = from.#rules.wrap(error.cause, ref.path, call)
        onSourceError?.(failure)
        throw failure
      }
    })
  }

  /**
   * Removes the entry; succeeds also when nothing is there. Where nothing has the name as it is given, that is what was
   * written by it: in NFC.
   */
  async remove(path: string, options: CallOptions = {}): Promise<void> {
    await this.#call(path, options, async (call) => {
      if (this.#driver.remove === undefined || !this.abilities.remove) throw this.#rules.unsupported('removes nothing')
      const written = path.normalize('NFC')
      const name = written === path || (await this.find(path, options)) !== undefined ? path : written
      await this.#driver.remove(name, call)
    })
  }

  /** Says that an entry is there whose write never answered: what is to follow upon a write follows now. */
  async arrived(path: string, options: CallOptions = {}): Promise<void> {
    await this.#call(path, options, async (call) => await this.#driver.arrived?.(path, call))
  }

  /** A URL that works for `expiresIn` seconds without credentials; needs the ability `sign`. */
  async sign(path: string, options: { method?: 'GET' | 'PUT'; expiresIn: number } & CallOptions): Promise<string> {
    const { method = 'GET', expiresIn } = options
    // As with `read` and `write`: a name is read as it is, and written in NFC.
    const name = method === 'PUT' ? this.#rules.newPath(path) : path
    return await this.#call(name, options, async (call) => {
      const ability = this.abilities.sign
      if (this.#driver.sign === undefined || ability === undefined) throw this.#rules.unsupported('signs no URLs')
      if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > ability.longest) {
        throw new GantryError('invalid', `A URL can be signed for 1 to ${ability.longest} seconds.`)
      }
      return await this.#driver.sign.url(name, { method, expiresIn }, call)
    })
  }

  /** Moves an entry to another class of the storage; needs the ability `tier`. */
  async setTier(path: string, tier: string, options: CallOptions = {}): Promise<Entry> {
    return await this.#call(path, options, async (call) => {
      if (this.#driver.tier === undefined) throw this.#rules.unsupported('has no tiers')
      return await this.#driver.tier.set(path, tier, call)
    })
  }

  /**
   * Asks that a frozen entry can be read for some days, or looks whether it can by now; what is not frozen is ready.
   * Needs the ability `tier` with `frozen`.
   */
  async thaw(
    path: string,
    options: { readonly days: number; readonly speed?: ThawSpeed } & CallOptions,
  ): Promise<Thaw> {
    const { days, speed } = options
    return await this.#call(path, options, async (call) => {
      if (!Number.isInteger(days) || days < 1) throw new GantryError('invalid', 'Days are a whole number from 1.')
      const { tier } = this.#driver
      if (tier?.thaw === undefined) return { ready: true }
      return await tier.thaw(path, { days, ...(speed !== undefined && { speed }) }, call)
    })
  }

  /** Makes the storage refuse removal until then (milliseconds since the epoch); needs the ability `retain`. */
  async retain(path: string, until: number, options: CallOptions = {}): Promise<void> {
    await this.#call(path, options, async (call) => {
      if (this.#driver.retain === undefined) throw this.#rules.unsupported('has no retention')
      await this.#driver.retain.set(path, until, call)
    })
  }

  /** `unsupported` where it is known that nothing is retained here, whatever the options say; see `RetainDriver.check`. */
  async checkRetention(options: CallOptions = {}): Promise<void> {
    await this.#call(undefined, options, async (call) => await this.#driver.retain?.check?.(call))
  }

  /** Until when the storage refuses removal, if at all. */
  async retainedUntil(path: string, options: CallOptions = {}): Promise<number | undefined> {
    return await this.#call(path, options, async (call) => await this.#driver.retain?.get(path, call))
  }

  /** Whether the bytes are there, told by themselves; `undefined` where the store has no such proof. */
  async prove(path: string, options: { readonly all?: boolean } & CallOptions = {}): Promise<Proven | undefined> {
    const { all = false } = options
    return await this.#call(path, options, async (call) => await this.#driver.proof?.prove(path, { all }, call))
  }

  /** Mends what is damaged or missing from copies of the place that it is kept in; needs the ability `proof`. */
  async *mend(copies: readonly Store[], options: CallOptions = {}): AsyncGenerator<Mended, void, undefined> {
    const call = toCall(options)
    try {
      this.#rules.begin(call)
      if (this.#driver.proof === undefined) throw this.#rules.unsupported('mends nothing')
      yield* this.#driver.proof.mend(copies, call)
    } catch (error) {
      throw this.#rules.wrap(error, undefined, call)
    }
  }

  /** Gives back what the store holds, once. Calls afterwards are `invalid`; what is under way may fail. */
  async close(): Promise<void> {
    await this.#rules.close()
  }

  /** Not normalised: a store's own names are read as they are; only what is written is made NFC. */
  async #call<Value>(path: string | undefined, options: CallOptions, work: (call: Call) => Promise<Value>) {
    if (path !== undefined) checkPath(path)
    const call = toCall(options)
    return await this.#rules.run(path, call, () => work(call))
  }
}
