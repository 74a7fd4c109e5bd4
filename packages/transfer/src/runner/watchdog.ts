import { GantryError } from '@gantry/core'

import { askedSignal } from '../platform/asked-signal.ts'

/** Longest time, in milliseconds, in which nothing of an entry moves. */
const defaultStall = 30_000

/** Ends what hangs: aborts every watched call that has not moved for a while. */
export class Watchdog {
  readonly #stall: number
  readonly #watched = new Set<Watched>()
  #timer: NodeJS.Timeout | undefined
  /** Of the run that is going on: asked, and not only listened to, before what is watched goes on. */
  asked: AbortSignal | undefined

  constructor(stall = defaultStall) {
    this.#stall = stall
  }

  /** Watches a call until `close`; its signal follows `signal`, and is aborted with `timeout` on a stall. */
  watch(signal: AbortSignal): Watched {
    const watched = new Watched(signal, this.asked, () => {
      this.#watched.delete(watched)
      if (this.#watched.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    })
    this.#watched.add(watched)
    this.#timer ??= setInterval(() => this.#look(), Math.min(1000, this.#stall / 4)).unref()
    return watched
  }

  #look(): void {
    const now = performance.now()
    for (const watched of this.#watched) {
      if (!watched.waiting && now - watched.moved >= this.#stall) watched.giveUp()
    }
  }
}

export class Watched {
  readonly #controller = new AbortController()
  readonly signal: AbortSignal
  readonly #outer: AbortSignal
  readonly #closed: () => void
  readonly #follow = (): void => this.#controller.abort(this.#outer.reason)
  #aside = 0
  moved = performance.now()
  /** Set when it hung: what the caller should throw, whatever the aborted call threw. */
  stalled: GantryError | undefined

  constructor(outer: AbortSignal, asked: AbortSignal | undefined, closed: () => void) {
    this.#outer = outer
    this.#closed = closed
    this.signal =
      asked === undefined
        ? this.#controller.signal
        : askedSignal(
            this.#controller,
            () => asked.aborted,
            () => asked.reason,
          )
    if (outer.aborted) this.#follow()
    else outer.addEventListener('abort', this.#follow, { once: true })
  }

  /** It waits on purpose: for its share of memory or bandwidth, or for what is watched by itself. */
  get waiting(): boolean {
    return this.#aside > 0
  }

  readonly touch = (): void => {
    this.moved = performance.now()
  }

  /** A wait that is no stall, however long it takes. */
  async aside<Value>(wait: Promise<Value>): Promise<Value> {
    this.#aside += 1
    try {
      return await wait
    } finally {
      this.#aside -= 1
      this.touch()
    }
  }

  giveUp(): void {
    this.stalled ??= new GantryError('timeout', 'Nothing moved for too long: the connection or the store hangs.')
    this.#controller.abort(this.stalled)
  }

  close(): void {
    this.#outer.removeEventListener('abort', this.#follow)
    this.#closed()
  }
}
