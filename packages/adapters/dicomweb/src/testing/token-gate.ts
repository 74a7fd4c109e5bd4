import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands before a service and lets pass who has the token of the hour: another one after so many requests. */
export async function startTokenGate(target: string, after: number) {
  const state = { token: 't1', passed: 0, refused: 0 }
  const server = createServer((incoming, outgoing) => {
    if (incoming.headers.authorization !== `Bearer ${state.token}`) {
      state.refused += 1
      incoming.resume()
      outgoing.writeHead(401).end()
      return
    }
    state.passed += 1
    if (state.passed === after) state.token = 't2'
    const { method, headers, url } = incoming
    const { authorization: _, ...rest } = headers
    const passing = send(`${target}${url}`, { method, headers: rest }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    passing.on('error', () => outgoing.destroy())
    incoming.pipe(passing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
