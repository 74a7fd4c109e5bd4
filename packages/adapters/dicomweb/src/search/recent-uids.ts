/** UIDs of two times as many matches are remembered at least and at most. */
const generation = 25_000

/** What was met among the last 25,000 to 50,000: bounded, however many come. */
export class RecentUids {
  #now = new Set<string>()
  #before = new Set<string>()

  /** Whether it is new; it is remembered. */
  add(uid: string): boolean {
    if (this.#now.has(uid)) return false
    const known = this.#before.has(uid)
    if (this.#now.size >= generation) {
      this.#before = this.#now
      this.#now = new Set()
    }
    this.#now.add(uid)
    return !known
  }
}
