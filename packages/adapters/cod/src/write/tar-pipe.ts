import type { Store } from '@gantry/core'
import { type Call, compareDigests, type Entry, GantryError, type NewEntry } from '@gantry/core/driver'

import type { Crc32c, StartCrc32c } from '../bytes/hasher.ts'
import type { Published, TarSink } from './tar-sink.ts'

/** A tar that is written in one piece, into a store that takes no parts: what was begun cannot be gone on with. */
export class TarPipe implements TarSink {
  readonly #running: Crc32c
  readonly #writing: Promise<Entry>
  readonly #conditions: NewEntry
  position = 0
  #chunk: Uint8Array | undefined
  #over = false
  #failure: unknown
  #offered: (() => void) | undefined
  #taken: (() => void) | undefined

  constructor(store: Store, entry: NewEntry, crc32c: StartCrc32c, call: Call) {
    this.#running = crc32c()
    this.#conditions = entry
    this.#writing = store.write(entry, this.#body(), call)
    this.#writing.catch((error: unknown) => {
      this.#failure = error
      this.#taken?.()
    })
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return
    this.#running.update(chunk)
    this.position += chunk.length
    const taken = new Promise<void>((resolve) => {
      this.#taken = resolve
    })
    this.#chunk = chunk
    this.#offered?.()
    if (this.#failure === undefined) await taken
    if (this.#failure !== undefined) throw this.#failure
  }

  async settle(): Promise<undefined> {
    return undefined
  }

  async finish(entry: NewEntry): Promise<Published> {
    // A single write is given its conditions at its start.
    if (entry.ifVersion !== this.#conditions.ifVersion || entry.ifAbsent !== this.#conditions.ifAbsent) {
      throw new GantryError('internal', 'The conditions of a write cannot change while it runs.')
    }
    this.#over = true
    this.#offered?.()
    const stored = await this.#writing
    return { entry: stored, vouched: compareDigests({ crc32c: this.#running.digest() }, stored.digests) === 'same' }
  }

  async abort(): Promise<void> {
    this.#failure ??= new GantryError('cancelled', 'The tar was given up.')
    this.#offered?.()
    await this.#writing.catch(() => {})
  }

  /** Each chunk is lent until the next is asked for, and `write` waits until then. */
  async *#body(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure
      const chunk = this.#chunk
      if (chunk !== undefined) {
        yield chunk
        this.#chunk = undefined
        this.#taken?.()
        continue
      }
      if (this.#over) return
      await new Promise<void>((resolve) => {
        this.#offered = resolve
      })
      this.#offered = undefined
    }
  }
}
