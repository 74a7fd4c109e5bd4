import { setTimeout as sleep } from 'node:timers/promises'

import { defaultRetryTiming, isGantryError, retryDelay, type TransferEvent } from '@gantry/core'

import type { JournalEntry } from '../journal/journal.ts'
import type { EntryDesk } from './entry-desk.ts'
import { codeOf, messageOf, sayingWhere } from './error-facts.ts'
import type { EntryTrouble } from './unit-in-flight.ts'

/** An attempt that failed: at an entry, or at what is left of a parcel. */
interface FailedAttempt extends EntryTrouble {
  /** As the machine calls it. */
  readonly id: number
  /** Whatever number of attempts it had. */
  readonly onceMore?: boolean
  readonly left: readonly {
    readonly id: number
    /** Absent where it could not be read from the journal. */
    readonly entry: JournalEntry | undefined
    /** Its own. */
    readonly error: unknown
  }[]
  /** It is not tried again. */
  readonly forget: () => void
}

/** What happens between one attempt and the next, whatever it is that is tried. */
export class Attempts {
  readonly #desk: EntryDesk
  /** What is in flight failed with this the last time. */
  readonly #errors = new Map<number, unknown>()

  constructor(desk: EntryDesk) {
    this.#desk = desk
  }

  /** Tells the machine, and then of each entry what the machine made of it. */
  failed({ id, left, error, fromSource, forget, onceMore = false }: FailedAttempt): void {
    const desk = this.#desk
    const { link } = desk
    const { entries: failedBefore } = link.state().failed
    for (const one of left) desk.stopped(one.id)
    const event = { ...failureEvent(id, error, fromSource), onceMore }
    const { code } = event
    link.pace.failed(code, event.retryAfter)
    this.#errors.set(id, error)
    const told = sayingWhere(error, fromSource)
    link.failed(told)
    link.dispatch(event, (next) => {
      const waiting = next.inFlight.get(id)
      const [first] = left
      if (waiting !== undefined) {
        if (first !== undefined) desk.record({ type: 'retried', id: first.id, code, attempt: waiting.attempt })
        return
      }
      forget()
      const released = next.failed.entries === failedBefore
      for (const one of left) {
        const own = one.error === error ? told : one.error
        const why = { code: codeOf(own), message: messageOf(own) }
        desk.record(released ? { type: 'released', id: one.id } : { type: 'failed', id: one.id, ...why })
        if (!released && one.entry !== undefined) desk.emit('entry:error', one.entry, why, own)
      }
    })
  }

  /** Waits until the next attempt is due, and tells the machine; `false` when it was stopped before. */
  async waitFor(
    id: number,
    entries: readonly JournalEntry[],
    attempt: number,
    retryAfter: number | undefined,
  ): Promise<boolean> {
    const { link, options } = this.#desk
    const error = this.#errors.get(id)
    const code = codeOf(error)
    const delay = retryDelay(attempt, Math.random(), {
      immediate: code === 'unavailable',
      timing: options.retryTiming ?? defaultRetryTiming,
      ...(retryAfter !== undefined && { retryAfter }),
    })
    for (const entry of entries) this.#desk.emit('entry:retry', entry, { code, attempt, delay }, error)
    try {
      await sleep(delay, undefined, { signal: link.signal() })
    } catch {
      return false
    }
    link.dispatch({ type: 'entry:due', id })
    return true
  }

  forget(id: number): void {
    this.#errors.delete(id)
  }
}

/** What the machine is told of it. */
export function failureEvent(id: number, error: unknown, fromSource: boolean) {
  const { retryAfter, retryable = false } = isGantryError(error) ? error : {}
  return {
    type: 'entry:failed',
    id,
    code: codeOf(error),
    retryable,
    side: fromSource ? 'source' : 'destination',
    ...(retryAfter !== undefined && { retryAfter }),
  } as const satisfies TransferEvent
}
