/** What a command has opened, closed in the opposite order, also where it came no further than to open some of it. */
export class Closers {
  readonly #closers: (() => unknown)[] = []

  /** Gives back what is to be closed, for the line that opens it. */
  add<Opened>(opened: Opened, close: (opened: Opened) => unknown): Opened {
    this.#closers.push(() => close(opened))
    return opened
  }

  /** Closes all, also after one that failed; then throws the first failure. */
  async close(): Promise<void> {
    const failures: unknown[] = []
    for (const close of this.#closers.splice(0).toReversed()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
