import { type Bytes, type Call, GantryError } from '@gantry/core/driver'

import { leafSize } from '../pack/leaves.ts'

/** Milliseconds until a block must be there. */
export const defaultSlowAfter = 20_000

/** Calls that change something have so many times as long: a node that pins a study reads all of it first. */
export const changesTake = 15

/**
 * How long one request may keep who waits for it. Its `signal` ends the request then, and when the call is cancelled; `end` is to be
 * called when nothing is awaited any more.
 */
export class Patience {
  readonly #call: Call
  readonly #limit: number
  readonly #who: string
  readonly #controller = new AbortController()
  readonly #stop = () => this.#controller.abort()
  #timer: ReturnType<typeof setTimeout> | undefined
  #started = 0
  #left: number
  #isOver = false

  constructor(call: Call, limit: number, who = 'A source of blocks') {
    this.#call = call
    this.#limit = limit
    this.#left = limit
    this.#who = who
    call.signal.addEventListener('abort', this.#stop)
    if (call.signal.aborted) this.#stop()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Only time that is spent here counts: who reads slowly is not the source's fault. `unavailable` when there is none left. */
  async waitFor<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#start()
    try {
      return await work()
    } catch (cause) {
      if (!this.#isOver || this.#call.signal.aborted) throw cause
      throw new GantryError('unavailable', `${this.#who} did not answer in time.`, { cause })
    } finally {
      this.#pause()
    }
  }

  /** Something came, or went: it has as long again. */
  renew(): void {
    const isWaiting = this.#timer !== undefined
    this.#pause()
    this.#left = this.#limit
    if (isWaiting) this.#start()
  }

  end(): void {
    this.#call.signal.removeEventListener('abort', this.#stop)
  }

  #start(): void {
    this.#started = performance.now()
    this.#timer = setTimeout(() => {
      this.#isOver = true
      this.#stop()
    }, this.#left)
  }

  #pause(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#left = Math.max(0, this.#left - (performance.now() - this.#started))
  }
}

/** A body of which each MiB, or what is left, comes as soon as a block of a gateway has to: a trickle is as slow as silence. */
export async function* inTime(body: Bytes, patience: Patience): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = body[Symbol.asyncIterator]()
  let since = 0
  try {
    for (;;) {
      const next = await patience.waitFor(async () => await chunks.next())
      if (next.done === true) return
      since += next.value.length
      if (since >= leafSize) {
        patience.renew()
        since = 0
      }
      yield next.value
    }
  } finally {
    patience.end()
    await chunks.return?.()
  }
}
