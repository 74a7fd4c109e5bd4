import {
  type Bytes,
  type Call,
  close,
  type NewEntry,
  type NewParcel,
  type ParcelOutcome,
  type ParcelWriter,
} from '@gantry/core/driver'

import type { InstanceUids } from '../retrieve/resource.ts'
import { instanceOf } from './entry-instance.ts'
import type { InstanceStore } from './instance-store.ts'
import { StowRequest } from './stow-request.ts'

/** Instances that go up in one request, which is open as long as they are added. */
export class InstanceParcel implements ParcelWriter {
  readonly has: ReadonlySet<string> = new Set()
  readonly #store: InstanceStore
  readonly #parcel: NewParcel
  readonly #study: string | undefined
  readonly #paths: string[] = []
  readonly #alone: ParcelOutcome[] = []
  #request: StowRequest | undefined

  constructor(store: InstanceStore, parcel: NewParcel, study: string | undefined) {
    this.#store = store
    this.#parcel = parcel
    this.#study = study
  }

  async add(entry: NewEntry, body: Bytes, call: Call): Promise<void> {
    try {
      const instance = instanceOf(entry)
      if (this.#parcel.entries.length === 1 || this.#store.goesAlone(instance)) {
        await this.#addAlone(entry, body, call)
        return
      }
      const { report } = call
      this.#request ??= new StowRequest(this.#store.service, {
        study: this.#study,
        ...(report !== undefined && { report }),
      })
      await this.#request.add(instance, { bytes: body, size: entry.size }, call)
      this.#paths.push(entry.path)
    } catch (error) {
      close(body).catch(() => {})
      throw this.#store.failureOf(error, this.#parcel.entries.flatMap(named))
    }
  }

  async commit(call: Call): Promise<readonly ParcelOutcome[]> {
    const together = this.#request === undefined ? [] : await this.#store.settle(this.#request, this.#paths, call)
    return [...this.#alone, ...together]
  }

  async abort(): Promise<void> {
    this.#request?.abort()
  }

  /** In a request of its own: what becomes of it is known at once, and told at the end. */
  async #addAlone(entry: NewEntry, body: Bytes, call: Call): Promise<void> {
    const { path } = entry
    try {
      this.#alone.push({ path, entry: await this.#store.write(entry, body, call, this.#study) })
    } catch (error) {
      if (call.signal.aborted) throw error
      this.#alone.push({ path, error })
    }
  }
}

function named(entry: NewEntry): InstanceUids[] {
  try {
    return [instanceOf(entry)]
  } catch {
    return []
  }
}
