import { atMost, Semaphore } from '@gantry/core/side-by-side'

/** Work that is begun as it comes, so much of it at a time. */
export class BegunWork {
  readonly #atOnce: Semaphore
  readonly #signal: AbortSignal
  readonly #all: Promise<void>[] = []

  constructor(most: number, signal: AbortSignal) {
    this.#atOnce = new Semaphore(atMost(most))
    this.#signal = signal
  }

  begin(work: () => Promise<void>): void {
    const done = this.#atOnce.within(1, work, this.#signal)
    // Seen in `settled`.
    done.catch(() => {})
    this.#all.push(done)
  }

  /** Waits for all that was begun, whatever becomes of it; rejects with what failed first. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#all)
    await Promise.all(this.#all)
  }
}
