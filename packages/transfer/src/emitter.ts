import { GantryError } from '@gantry/core'

import { EventBacklog } from './event-backlog.ts'
import { type JobEvent, type JobEventType, jobEventTypes, type StreamedEvent } from './job-event.ts'

type Listener = (event: JobEvent) => void

/** Tells events to listeners by type, and to iterators. */
export class Emitter {
  readonly #listeners = new Map<JobEventType | '*', Set<Listener>>()
  readonly #endings = new Set<() => void>()

  on(type: JobEventType | '*', listener: Listener): () => void {
    // Callers without a compiler would wait for good.
    if (type !== '*' && !Object.hasOwn(jobEventTypes, type)) {
      throw new GantryError('invalid', `Jobs have no events of the type "${type}".`)
    }
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

  /**
   * Every event from this call on until `complete`, for one reader, who may be slow: what is held for it is bounded, and the
   * rest is counted by `lagged`. Where `isOver` says that no more will come, and still says so a turn later, it ends.
   */
  iterate(isOver = () => false): AsyncIterableIterator<StreamedEvent> {
    const backlog = new EventBacklog()
    const waiting: ((result: IteratorResult<StreamedEvent, undefined>) => void)[] = []
    let over = false
    const stop = this.on('*', (event) => {
      const wake = waiting.shift()
      if (wake === undefined) backlog.add(event)
      else wake({ done: false, value: event })
      if (event.type === 'complete') finish()
    })
    const finish = () => {
      over = true
      stop()
      this.#endings.delete(finish)
      for (const wake of waiting.splice(0)) wake({ done: true, value: undefined })
    }
    this.#endings.add(finish)
    return {
      [Symbol.asyncIterator]() {
        return this
      },
      async next() {
        const value = backlog.take()
        if (value !== undefined) return { done: false, value }
        if (over) return { done: true, value }
        // Whoever reads may be about to begin what there is to read of.
        if (isOver()) setImmediate(() => void (isOver() && finish()))
        return await new Promise((resolve) => waiting.push(resolve))
      },
      async return() {
        backlog.clear()
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
