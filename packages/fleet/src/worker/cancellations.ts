import type { Ledger } from '../ledger/ledger.ts'
import type { PartKey } from '../ledger/records.ts'

/** Milliseconds between looks. */
const lookEvery = 2000

interface Watched {
  readonly study: string
  readonly run: string
  readonly controller: AbortController
}

/** Tells the parts that are worked on that their run was cancelled, or that another plan took the place of theirs. */
export class Cancellations {
  readonly #ledger: Ledger
  readonly #watched = new Set<Watched>()
  #timer: NodeJS.Timeout | undefined
  #looking = false

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  watch({ study, run }: Pick<PartKey, 'study' | 'run'>): { readonly signal: AbortSignal; readonly done: () => void } {
    this.#timer ??= setInterval(() => void this.#look(), lookEvery).unref()
    const watched = { study, run, controller: new AbortController() }
    this.#watched.add(watched)
    return { signal: watched.controller.signal, done: () => void this.#watched.delete(watched) }
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    if (this.#looking || this.#watched.size === 0) return
    this.#looking = true
    try {
      const watched = [...this.#watched]
      const owners = await this.#ledger.owners([...new Set(watched.map(({ study }) => study))])
      for (const { study, run, controller } of watched) if (owners.get(study) !== run) controller.abort()
    } catch {
      // A ledger that does not answer is asked again.
    } finally {
      this.#looking = false
    }
  }
}
