import { type Selection, Store, type Abilities, type ByteRange, collect } from '@gantry/core'
import type { Entry, NewEntry, StoreDriver } from '@gantry/core/driver'
import { sideBySide } from '@gantry/core/side-by-side'

import type { PhantomOptions } from '../phantom/index.ts'
import { borrowedBody } from './bodies.ts'
import { imagesAt, type Sample, samplesFor } from './samples.ts'
import type { StoreHarness } from './store-harness.ts'

/** The store under test, as a case sees it. */
export class Bench {
  readonly harness: StoreHarness
  readonly driver: StoreDriver
  readonly store: Store
  readonly #opened: StoreDriver[] = []

  constructor(harness: StoreHarness) {
    this.harness = harness
    this.driver = harness.driver
    this.store = new Store(harness.driver)
  }

  get abilities(): Abilities {
    return this.driver.abilities
  }

  /** Another store over the same place, if the harness offers it, else the same one. */
  async another(): Promise<Store> {
    return this.harness.reopen === undefined ? this.store : await this.open(this.harness.reopen)
  }

  /** A store by a hook of the harness; closed with the bench. */
  async open(hook: (() => Promise<StoreDriver>) | undefined): Promise<Store> {
    if (hook === undefined) throw new Error('The case does not say what it needs of the harness.')
    const driver = await hook()
    this.#opened.push(driver)
    return new Store(driver)
  }

  async put(path: string, bytes: Uint8Array, more: Partial<NewEntry> = {}): Promise<Entry> {
    return await this.store.write({ path, size: bytes.length, ...more }, borrowedBody(bytes))
  }

  /** As many entries as wanted, such as the store takes. */
  async samples(count: number, length?: number): Promise<readonly Sample[]> {
    return await samplesFor(this.abilities, count, length)
  }

  /** The same, written. */
  async plant(count: number, length?: number): Promise<readonly Sample[]> {
    return await this.#plant(await this.samples(count, length))
  }

  /** Images, written where the store's layout has them. */
  async plantImages(options: PhantomOptions): Promise<readonly Sample[]> {
    return await this.#plant(await imagesAt(this.abilities.layout ?? '{SOPInstanceUID}', options))
  }

  /** One by one where the store takes single entries, else as parcels of its unit. */
  async #plant(samples: readonly Sample[]): Promise<readonly Sample[]> {
    if (this.abilities.write) {
      await sideBySide(samples, 8, async ({ path, bytes }) => void (await this.put(path, bytes)))
      return samples
    }
    for (const parcel of Map.groupBy(samples, (sample) => unitOf(this.abilities, sample)).values()) {
      await this.#plantParcel(parcel)
    }
    return samples
  }

  async #plantParcel(samples: readonly Sample[]): Promise<void> {
    const entries = samples.map(({ path, bytes }) => ({ path, size: bytes.length }))
    const parcel = await this.store.parcels?.open({ entries, save: async () => {} })
    for (const { path, bytes } of samples) await parcel?.add({ path, size: bytes.length }, borrowedBody(bytes))
    for (const outcome of (await parcel?.commit()) ?? []) if ('error' in outcome) throw outcome.error
  }

  async get(path: string, range?: ByteRange): Promise<Uint8Array> {
    const { body } = await this.store.read(path, range)
    return await collect(body)
  }

  async list(selection: Selection = {}): Promise<Entry[]> {
    const entries: Entry[] = []
    for await (const entry of this.store.list(selection)) entries.push(entry)
    return entries
  }

  async paths(selection: Selection = {}): Promise<string[]> {
    return (await this.list(selection)).map(({ path }) => path)
  }

  async close(): Promise<void> {
    for (const driver of this.#opened) await driver.close?.()
    await this.driver.close?.()
    await this.harness.close?.()
  }
}

/** What goes into one parcel: a series or a study where that is the store's unit, else all of it. */
function unitOf({ parcels }: Abilities, { image }: Sample): string | undefined {
  const unit = parcels?.store?.unit
  if (unit === 'series') return image?.seriesInstanceUID
  return unit === 'study' ? image?.studyInstanceUID : undefined
}
