import type { GantryError, Store } from '@gantry/core'
import { persistently } from '@gantry/transfer'

export interface StoresOptions {
  readonly open: (location: string) => Promise<Store>
  readonly signal: AbortSignal
  readonly onClosed?: ((location: string, error: GantryError) => void) | undefined
}

/** Locations that are open, and those that want to know who asks. */
export class Stores {
  readonly #options: StoresOptions
  readonly #opened = new Map<string, Promise<Store>>()
  readonly #closed = new Set<string>()

  constructor(options: StoresOptions) {
    this.#options = options
  }

  async at(location: string): Promise<Store> {
    const opening = this.#opened.get(location) ?? this.#open(location)
    this.#opened.set(location, opening)
    return await opening
  }

  /** What fails for a moment shall not condemn all that lies there; what fails for good is asked once for all of it. */
  async #open(location: string): Promise<Store> {
    const { open, signal } = this.#options
    return await persistently(signal, async () => await open(location))
  }

  isClosed(location: string): boolean {
    return this.#closed.has(location)
  }

  /** A place wants a login: told once. */
  shut(location: string, error: GantryError): void {
    if (this.#closed.has(location)) return
    this.#closed.add(location)
    this.#options.onClosed?.(location, error)
  }

  async end(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values())
    for (const one of opened) if (one.status === 'fulfilled') await one.value.close()
  }
}
