import type { Connection } from './connection.ts'

/** When a connection is given up: less than `bytes` moved in `seconds`. */
export interface StallLimit {
  readonly seconds: number
  readonly bytesPerSecond: number
}

interface Watched {
  readonly onStall: () => void
  /** Bytes moved by the end of each of the last seconds in which something was awaited. */
  readonly history: number[]
}

/**
 * Looks once a second at every connection that awaits something from the other side. Seconds are counted by ticks and
 * not by the clock: a process that was suspended or busy must not blame its peers.
 */
export class StallWatch {
  readonly #limit: StallLimit
  readonly #watched = new Map<Connection, Watched>()
  #timer: NodeJS.Timeout | undefined

  constructor(limit: StallLimit) {
    this.#limit = limit
  }

  add(connection: Connection, onStall: () => void): void {
    this.#watched.set(connection, { onStall, history: [] })
    this.#timer ??= setInterval(() => this.#tick(), 1000).unref()
  }

  remove(connection: Connection): void {
    this.#watched.delete(connection)
    if (this.#watched.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    const { seconds, bytesPerSecond } = this.#limit
    for (const [connection, { history, onStall }] of this.#watched) {
      if (!connection.waiting) {
        history.length = 0
        continue
      }
      const { moved } = connection.progress
      history.push(moved)
      if (history.length <= seconds) continue
      const before = history.shift() ?? moved
      // The floor is for bodies. A server that thinks may well send a byte now and then to say that it lives.
      const least = connection.moving ? bytesPerSecond * seconds : 1
      if (moved - before < least) onStall()
    }
  }
}
