import { cancelled } from '../store/cancelled.ts'
import type { Signal } from '../store/signal.ts'

/** Something that there is only so much of. */
export interface Shared<Had> {
  /** Some of it, or `undefined` while there is not enough. */
  take(size: number): Had | undefined
  give(had: Had): void
}

/** Who wants something waits for it, and has it in the order of those who came. */
export class Semaphore<Had = number> {
  readonly #shared: Shared<Had>
  readonly #waiting = new Set<() => boolean>()

  constructor(shared: Shared<Had>) {
    this.#shared = shared
  }

  /** Waits for some of it, to be given back with `give`; throws `cancelled`, and holds nothing, once `signal` is aborted. */
  async take(size: number, signal?: Signal): Promise<Had> {
    return this.#unlessAborted(this.#now(size) ?? (await this.#turn(size, signal)), signal)
  }

  give(had: Had): void {
    this.#shared.give(had)
    this.look()
  }

  /** Lets in whom there is enough for; to be called where there is more than there was, other than by `give`. */
  look(): void {
    for (const go of this.#waiting) if (!go()) return
  }

  /** Does work while it has some of it. */
  async within<Value>(size: number, work: (had: Had) => Promise<Value>, signal?: Signal): Promise<Value> {
    const had = this.#unlessAborted(this.#now(size) ?? (await this.#turn(size, signal)), signal)
    try {
      return await work(had)
    } finally {
      this.give(had)
    }
  }

  #now(size: number): Had | undefined {
    return this.#waiting.size > 0 ? undefined : this.#shared.take(size)
  }

  async #turn(size: number, signal: Signal | undefined): Promise<Had> {
    return await new Promise((resolve, reject) => {
      const go = () => {
        try {
          if (signal?.aborted === true) throw cancelled(signal)
          const had = this.#shared.take(size)
          if (had === undefined) return false
          resolve(had)
        } catch (error) {
          reject(error)
        }
        signal?.removeEventListener('abort', stop)
        return this.#waiting.delete(go)
      }
      const stop = () => {
        go()
        // What was not enough for this one may be enough for the next.
        this.look()
      }
      this.#waiting.add(go)
      signal?.addEventListener('abort', stop)
      if (signal?.aborted === true) stop()
    })
  }

  /** It may have been aborted between its turn and now. */
  #unlessAborted(had: Had, signal: Signal | undefined): Had {
    if (signal?.aborted !== true) return had
    this.give(had)
    throw cancelled(signal)
  }
}

/** So much at a time, which may change; more than that is had alone. */
export function atMost(limit: number | (() => number)): Shared<number> {
  let taken = 0
  return {
    take(size) {
      if (taken > 0 && taken + size > (typeof limit === 'number' ? limit : limit())) return undefined
      taken += size
      return size
    },
    give(size) {
      taken -= size
    },
  }
}
