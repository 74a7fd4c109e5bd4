import {
  type Abilities,
  type ByteRange,
  type Call,
  type EntryRef,
  type Selection,
  type StoreDriver,
  tap,
} from '@gantry/core/driver'

/** Counts the bytes that are read of another driver. */
export class CountingDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme = 'counting'
  readonly abilities: Abilities
  readonly #driver: StoreDriver
  bytes = 0

  constructor(driver: StoreDriver) {
    this.#driver = driver
    this.abilities = driver.abilities
  }

  list(selection: Selection, call: Call) {
    return this.#driver.list(selection, call)
  }

  async stat(path: string, call: Call) {
    return await this.#driver.stat(path, call)
  }

  async read(ref: EntryRef, range: ByteRange | undefined, call: Call) {
    const { entry, body } = await this.#driver.read(ref, range, call)
    const count = (chunk: Uint8Array) => {
      this.bytes += chunk.length
    }
    return { entry, body: tap(body, count) }
  }

  codeOf() {
    return undefined
  }
}
