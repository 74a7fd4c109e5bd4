/**
 * One at a time of each instance, whichever requests bring it: who comes later waits, and is compared with what was stored.
 * Nobody who has a turn waits for another one, so that all come to an end, if only because their connections do.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Resolves when it is this one's turn, to what ends it. */
  async take(name: string): Promise<() => void> {
    const before = this.#last.get(name)
    const { promise: over, resolve } = Promise.withResolvers<void>()
    this.#last.set(name, over)
    await before
    return () => {
      if (this.#last.get(name) === over) this.#last.delete(name)
      resolve()
    }
  }
}
