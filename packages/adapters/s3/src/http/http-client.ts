import { GantryError, type Signal } from '@gantry/core/driver'

import { Connection, type Incoming, type Outgoing } from './connection.ts'
import type { Origin } from './dial.ts'
import { type StallLimit, StallWatch } from './stall-watch.ts'

/** Idle connections kept for each origin. */
const mostIdle = 64
/** Servers close idle connections after 5 s (Node) to 65 s (RGW); a younger one is most likely open. */
const longestIdle = 4000

export interface Request extends Outgoing {
  /** Sending it twice does what sending it once does. */
  readonly repeatable: boolean
}

/** Minimal HTTP/1.1 client over pooled sockets. See `Connection`. */
export class HttpClient {
  readonly #watch: StallWatch
  readonly #idle = new Map<string, Connection[]>()
  readonly #open = new Set<Connection>()
  #closed = false

  constructor(limit: StallLimit) {
    this.#watch = new StallWatch(limit)
  }

  /**
   * Answers when the head of the answer has come. Aborting the signal destroys the connection, also while the body of
   * the answer is being read.
   */
  async send(origin: Origin, request: Request, signal: Signal): Promise<Incoming> {
    const pooled = this.#takeIdle(origin)
    if (pooled === undefined) return await this.#exchange(this.#connect(origin), request, signal)
    try {
      return await this.#exchange(pooled, request, signal)
    } catch (error) {
      // The server had closed it while the request was on its way: nobody has seen the request.
      const again = pooled.silent && request.repeatable && isReplayable(request) && isClosed(error)
      if (!again || signal.aborted) throw error
      return await this.#exchange(this.#connect(origin), request, signal)
    }
  }

  /** Ends connections that nobody uses at the moment; others may be made. */
  closeIdle(): void {
    const idle = [...this.#idle.values()].flat()
    for (const connection of idle) connection.destroy()
  }

  close(): void {
    this.#closed = true
    for (const connection of this.#open) connection.destroy()
  }

  async #exchange(connection: Connection, request: Request, signal: Signal): Promise<Incoming> {
    if (signal.aborted) {
      this.#putIdle(connection)
      throw cancelled(signal)
    }
    const onAbort = () => connection.destroy(cancelled(signal))
    signal.addEventListener('abort', onAbort)
    connection.onDone = () => {
      signal.removeEventListener('abort', onAbort)
      this.#watch.remove(connection)
    }
    this.#watch.add(connection, () => connection.destroy(stalled()))
    return await connection.exchange(request)
  }

  #takeIdle(origin: Origin): Connection | undefined {
    const idle = this.#idle.get(keyOf(origin))
    const now = performance.now()
    for (let connection = idle?.pop(); connection !== undefined; connection = idle?.pop()) {
      if (connection.usable && now - connection.idleSince < longestIdle) {
        connection.hold(true)
        return connection
      }
      connection.destroy()
    }
    return undefined
  }

  #putIdle(connection: Connection): void {
    const key = keyOf(connection.origin)
    const idle = this.#idle.get(key) ?? []
    this.#idle.set(key, idle)
    connection.idleSince = performance.now()
    connection.hold(false)
    idle.push(connection)
    // The oldest goes first.
    if (this.#closed) connection.destroy()
    else if (idle.length > mostIdle) idle[0]?.destroy()
  }

  #connect(origin: Origin): Connection {
    if (this.#closed) throw new GantryError('cancelled', 'The store was closed.')
    const connection = new Connection(origin, {
      onIdle: () => this.#putIdle(connection),
      onEnd: () => {
        this.#open.delete(connection)
        const idle = this.#idle.get(keyOf(origin))
        const index = idle?.indexOf(connection) ?? -1
        if (index >= 0) idle?.splice(index, 1)
      },
    })
    this.#open.add(connection)
    return connection
  }
}

function keyOf({ secure, host, port, ca = [] }: Origin): string {
  // Whom one store trusts, another that shares its connections need not.
  return `${secure ? 'https' : 'http'}://${host}:${port} ${String(ca)}`
}

function isReplayable(request: Request): boolean {
  return request.body === undefined || request.body instanceof Uint8Array
}

/** The other side hung up, as opposed to a stall or a cancellation. */
function isClosed(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'unavailable'
}

function cancelled(signal: Signal): GantryError {
  return new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
}

function stalled(): GantryError {
  return new GantryError('timeout', 'Nothing, or too little, moved on a connection for too long.')
}
