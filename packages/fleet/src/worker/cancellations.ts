import type { Ledger } from '../ledger/ledger.ts'

/** Milliseconds between looks. */
const lookEvery = 2000

/** Tells the parts that are worked on that their run was cancelled. */
export class Cancellations {
  readonly #ledger: Ledger
  readonly #runs = new Map<string, Set<AbortController>>()
  #timer: NodeJS.Timeout | undefined
  #looking = false

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  watch(run: string): { readonly signal: AbortSignal; readonly done: () => void } {
    this.#timer ??= setInterval(() => void this.#look(), lookEvery).unref()
    const controller = new AbortController()
    const controllers = this.#runs.get(run) ?? new Set()
    this.#runs.set(run, controllers.add(controller))
    const done = () => {
      controllers.delete(controller)
      if (controllers.size === 0) this.#runs.delete(run)
    }
    return { signal: controller.signal, done }
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    if (this.#looking || this.#runs.size === 0) return
    this.#looking = true
    try {
      for (const run of await this.#ledger.cancelled([...this.#runs.keys()])) {
        for (const controller of this.#runs.get(run) ?? []) controller.abort()
      }
    } catch {
      // A ledger that does not answer is asked again.
    } finally {
      this.#looking = false
    }
  }
}
