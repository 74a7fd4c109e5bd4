import type { JobEvent, StreamedEvent } from './job-event.ts'

/** Events of entries that are held for a reader who lags behind: some megabytes, however long the job is. */
const most = 10_000

/** What one reader has not heard yet, in order; bounded. */
export class EventBacklog {
  readonly #held: StreamedEvent[] = []
  #entries = 0
  /** Told in the place of what is not held. */
  #lagging: { type: 'lagged'; lost: number } | undefined

  add(event: JobEvent): void {
    if (event.type === 'progress') {
      // Only the latest matters.
      if (this.#held.at(-1)?.type === 'progress') this.#held.pop()
    } else if (event.type.startsWith('entry:')) {
      if (this.#entries >= most) return this.#lose()
      this.#entries += 1
    }
    this.#held.push(event)
  }

  take(): StreamedEvent | undefined {
    const event = this.#held.shift()
    if (event?.type.startsWith('entry:') === true) this.#entries -= 1
    // What is lost from now on is told anew.
    if (event !== undefined && event === this.#lagging) this.#lagging = undefined
    return event
  }

  clear(): void {
    this.#held.length = 0
    this.#entries = 0
    this.#lagging = undefined
  }

  #lose(): void {
    if (this.#lagging === undefined) {
      this.#lagging = { type: 'lagged', lost: 0 }
      this.#held.push(this.#lagging)
    }
    this.#lagging.lost += 1
  }
}
