import { GantryError } from '../errors/gantry-error.ts'
import { abortable } from './abortable.ts'
import { close } from './bytes.ts'
import { type CallOptions, toCall } from './call.ts'
import type { CallRules } from './call-rules.ts'
import type { EntryRef, Reading } from './entry.ts'
import type { NewParcel, ParcelDriver, ParcelsAbility } from './parcel.ts'
import { checkPath } from './path.ts'
import { StoreParcel } from './store-parcel.ts'

/** An entry with its body, or why it could not be had. */
export type Fetched = Reading | { readonly path: string; readonly error: GantryError }

/** Entries that move together, of a store that can. */
export class StoreParcels {
  readonly #driver: ParcelDriver
  readonly #rules: CallRules
  readonly ability: ParcelsAbility

  constructor(driver: ParcelDriver, ability: ParcelsAbility, rules: CallRules) {
    this.#driver = driver
    this.ability = ability
    this.#rules = rules
  }

  /**
   * Entries and their bytes, in any order; each once, with its body or as a failure, also where the store forgot it.
   * Unless the ability says `sideBySide`, a body that was not read to its end is closed when the next is asked for.
   */
  async *fetch(entries: readonly EntryRef[], options: CallOptions = {}): AsyncGenerator<Fetched, void, undefined> {
    const call = toCall(options)
    const { ability } = this
    const left = new Set(entries.map(({ path }) => checkPath(path) && path))
    if (left.size < entries.length) throw new GantryError('invalid', 'An entry is asked for twice.')
    let last: Reading | undefined
    try {
      this.#rules.begin(call)
      const fetch = this.#driver.fetch?.bind(this.#driver)
      if (fetch === undefined || ability.fetch === undefined) throw this.#rules.unsupported('gives no parcels')
      for await (const item of abortable(fetch(entries, call), call.signal)) {
        const failed = 'error' in item
        const path = failed ? item.path : item.entry.path
        if (!left.delete(path)) {
          if (!failed) await close(item.body)
          throw new GantryError('internal', 'The adapter gave an entry that was not asked for, or gave one twice.')
        }
        if (failed) {
          yield { path, error: this.#rules.wrap(item.error, path, call) }
          continue
        }
        last = { entry: item.entry, body: this.#rules.receive(path, call, item.body, item.entry.size) }
        yield last
        if (!ability.fetch.sideBySide) await close(last.body)
      }
    } catch (error) {
      throw this.#rules.wrap(error, undefined, call)
    }
    const forgotten = new GantryError('unavailable', 'The store gave the others, and not this entry: try again.')
    for (const path of left) yield { path, error: this.#rules.wrap(forgotten, path, call) }
  }

  /** Begins a parcel, or goes on with what an earlier process saved of one; see `NewParcel`. */
  async open(parcel: NewParcel, options: CallOptions = {}): Promise<StoreParcel> {
    const call = toCall(options)
    return await this.#rules.run(undefined, call, async () => {
      const store = this.#driver.store?.bind(this.#driver)
      if (store === undefined || this.ability.store === undefined) throw this.#rules.unsupported('takes no parcels')
      const entries = parcel.entries.map((entry) => ({ ...entry, path: this.#rules.newPath(entry.path) }))
      const paths = new Set(entries.map(({ path }) => path))
      if (paths.size < entries.length) throw new GantryError('invalid', 'Two entries of a parcel have one path.')
      const writer = await store({ ...parcel, entries }, call)
      return new StoreParcel(writer, paths, this.ability.store.resumable, this.#rules)
    })
  }

  /** Removes what a parcel left that nobody will go on with; succeeds also when there is nothing. */
  async discard(saved: string, options: CallOptions = {}): Promise<void> {
    const call = toCall(options)
    await this.#rules.run(undefined, call, async () => await this.#driver.discard?.(saved, call))
  }
}
