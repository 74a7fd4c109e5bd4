import type { JobEvent, JobEventType } from './job-event.ts'

type Listener = (event: JobEvent) => void

/** Tells events to listeners by type, and to iterators. */
export class Emitter {
  readonly #listeners = new Map<JobEventType | '*', Set<Listener>>()
  readonly #endings = new Set<() => void>()

  on(type: JobEventType | '*', listener: Listener): () => void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners)
    // Of its own, so that one function given twice is told twice, and unsubscribed once at a time.
    const own: Listener = (event) => listener(event)
    listeners.add(own)
    return () => void listeners.delete(own)
  }

  has(type: JobEventType): boolean {
    return (this.#listeners.get(type)?.size ?? 0) + (this.#listeners.get('*')?.size ?? 0) > 0
  }

  emit(event: JobEvent): void {
    for (const type of [event.type, '*'] as const) {
      for (const listener of this.#listeners.get(type) ?? []) call(listener, event)
    }
  }

  /** Ends all iterators, when no `complete` will come any more. */
  end(): void {
    for (const ending of this.#endings) ending()
  }

  /** Every event from this call on until `complete`, for one slow reader; it is held in memory until it is read. */
  iterate(): AsyncIterableIterator<JobEvent> {
    const queue: JobEvent[] = []
    const reader = { over: false }
    let wake = () => {}
    const stop = this.on('*', (event) => {
      // Only the latest progress matters to a reader that lags behind.
      if (event.type === 'progress' && queue.at(-1)?.type === 'progress') queue.pop()
      queue.push(event)
      if (event.type === 'complete') finish()
      wake()
    })
    const finish = () => {
      reader.over = true
      stop()
      this.#endings.delete(finish)
      wake()
    }
    this.#endings.add(finish)
    return {
      [Symbol.asyncIterator]() {
        return this
      },
      async next() {
        while (queue.length === 0 && !reader.over) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        const value = queue.shift()
        return value === undefined ? { done: true, value } : { done: false, value }
      },
      async return() {
        queue.length = 0
        finish()
        return { done: true, value: undefined }
      },
    }
  }
}

/** A listener's own defect is none of the job's: it surfaces as an uncaught exception, as with `EventTarget`. */
function call(listener: Listener, event: JobEvent): void {
  try {
    listener(event)
  } catch (error) {
    process.nextTick(() => {
      throw error
    })
  }
}
