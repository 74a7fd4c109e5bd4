import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on loopback that counts its connections. */
export async function startServer(listener: RequestListener, options: { readonly keepAliveTimeout?: number } = {}) {
  const server = createServer(options, listener)
  const counts = { connections: 0 }
  server.on('connection', () => (counts.connections += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    counts,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    closeIdle: () => server.closeIdleConnections(),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type TestServer = Awaited<ReturnType<typeof startServer>>
