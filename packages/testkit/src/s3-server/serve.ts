import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers one request; never rejects. */
export type Handle = (incoming: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => Promise<void>

export interface Serving {
  readonly url: string
  /** For a request that came another way: it is waited for at the end as well. */
  readonly handle: Handle
  /** Ends all connections; resolves when nothing is under way any more. */
  close(): Promise<void>
}

/** Serves on the loopback interface; port 0 is any free one. */
export async function serve(answer: Handle, port = 0): Promise<Serving> {
  const running = new Set<Promise<void>>()
  // Long enough that a client's idle connection is not closed just when it is used again; no limit on slow bodies.
  const http = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, noDelay: true })
  const handle: Handle = async (...given) => {
    const work = answer(...given)
    running.add(work)
    await work.finally(() => running.delete(work))
  }
  http.on('request', (incoming, response) => void handle(incoming, response, false))
  http.on('checkContinue', (incoming, response) => void handle(incoming, response, true))
  http.listen(port, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    handle,
    async close() {
      const ended = once(http, 'close')
      http.close()
      http.closeAllConnections()
      await ended
      await Promise.allSettled(running)
    },
  }
}
