import { Slots } from '../runner/slots.ts'

/** Work that is begun as it comes, so much of it at a time. */
export class BegunWork {
  readonly #slots: Slots
  readonly #signal: AbortSignal
  readonly #all: Promise<void>[] = []

  constructor(most: number, signal: AbortSignal) {
    this.#slots = new Slots(() => most)
    this.#signal = signal
  }

  begin(work: () => Promise<void>): void {
    const done = this.#slots.within(this.#signal, work)
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
