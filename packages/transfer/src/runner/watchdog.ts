import { GantryError } from '@gantry/core'

import { orGiveUp } from '../give-up.ts'
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
    const watched = new Watched(signal, { stall: this.#stall, asked: this.asked }, () => {
      this.#watched.delete(watched)
      if (this.#watched.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    })
    this.#watched.add(watched)
    this.#timer ??= setInterval(() => this.#look(), Math.min(1000, this.#stall / 4))
    return watched
  }

  /** Makes one call, and ends it when nothing of it moves. */
  async guard<Value>(signal: AbortSignal, call: (watched: Watched) => Promise<Value>): Promise<Value> {
    const watched = this.watch(signal)
    try {
      return await watched.over(call(watched))
    } catch (error) {
      throw watched.stalled ?? error
    } finally {
      watched.close()
    }
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
  readonly #stall: number
  readonly #closed: () => void
  readonly #follow = (): void => this.#controller.abort(this.#outer.reason)
  #aside = 0
  moved = performance.now()
  /** Set when it hung: what the caller should throw, whatever the aborted call threw. */
  stalled: GantryError | undefined

  constructor(
    outer: AbortSignal,
    { stall, asked }: { readonly stall: number; readonly asked: AbortSignal | undefined },
    closed: () => void,
  ) {
    this.#outer = outer
    this.#stall = stall
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

  /** What comes of the call that is watched: one that does not heed its signal is not waited for. */
  async over<Value>(call: Promise<Value>): Promise<Value> {
    return await orGiveUp(this.signal, this.#stall, call)
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
