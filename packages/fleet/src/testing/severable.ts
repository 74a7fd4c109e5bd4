import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

import { onTestFinished } from 'vitest'

/** A way to a server on this machine that can be cut, as a network is: nothing comes through, and nobody is told. */
export async function severable(url: string): Promise<{ readonly url: string; cut(): void; heal(): void }> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => (sockets.delete(one), other.destroy()))
      one.on('data', (chunk) => other.write(chunk))
      if (!whole) one.pause()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const way = new URL(url)
  way.host = `127.0.0.1:${(server.address() as { port: number }).port}`
  return {
    url: way.href,
    cut() {
      whole = false
      for (const socket of sockets) socket.pause()
    },
    heal() {
      whole = true
      for (const socket of sockets) socket.resume()
    },
  }
}
