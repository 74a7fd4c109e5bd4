/** Series whose count is remembered. */
const most = 20_000

/** How many instances series have, as far as listings have told: bounded, and the oldest go first. */
export class Counts {
  readonly #counts = new Map<string, number>()

  get(series: string): number | undefined {
    return this.#counts.get(series)
  }

  set(series: string, count: number): void {
    this.#counts.delete(series)
    this.#counts.set(series, count)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > most && oldest !== undefined) this.#counts.delete(oldest)
  }
}
