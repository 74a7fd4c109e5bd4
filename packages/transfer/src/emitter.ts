import type { JobEvent, JobEventType } from './job-event.ts'

type Listener = (event: JobEvent) => void

/** Tells events to listeners by type, and to iterators. */
export class Emitter {
  readonly #listeners = new Map<JobEventType | '*', Set<Listener>>()

  on(type: JobEventType | '*', listener: Listener): () => void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  has(type: JobEventType): boolean {
    return (this.#listeners.get(type)?.size ?? 0) + (this.#listeners.get('*')?.size ?? 0) > 0
  }

  emit(event: JobEvent): void {
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event)
    for (const listener of this.#listeners.get('*') ?? []) listener(event)
  }

  /** Every event until `complete`, for one slow reader; it is held in memory until it is read. */
  async *iterate(): AsyncGenerator<JobEvent, void, undefined> {
    const queue: JobEvent[] = []
    let wake: (() => void) | undefined
    const stop = this.on('*', (event) => {
      // Only the latest progress matters to a reader that lags behind.
      if (event.type === 'progress' && queue.at(-1)?.type === 'progress') queue.pop()
      queue.push(event)
      wake?.()
    })
    try {
      for (;;) {
        const event = queue.shift()
        if (event === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          continue
        }
        yield event
        if (event.type === 'complete') return
      }
    } finally {
      stop()
    }
  }
}
