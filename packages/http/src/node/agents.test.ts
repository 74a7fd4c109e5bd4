import { once } from 'node:events'
import { get } from 'node:http'

import { expect, onTestFinished, test } from 'vitest'

import { startServer } from '../testing/server.ts'
import { Agents } from './agents.ts'

test('a connection that is kept for one second is kept, and idle for half of it', async () => {
  const server = await startServer((_, response) => {
    response.setHeader('keep-alive', 'timeout=1').end('hello')
  })
  onTestFinished(async () => await server.close())
  const agents = new Agents({ environment: {} })
  onTestFinished(() => agents.close())
  const url = new URL(server.url)
  const agent = agents.of(url)
  const timeouts: (number | undefined)[] = []
  agent.on('free', () => {
    // The agent's own listener came first: it has kept the connection, or ended it.
    for (const sockets of Object.values(agent.freeSockets)) {
      for (const socket of sockets ?? []) timeouts.push(socket.timeout)
    }
  })
  const request = get(url, { agent }, (response) => {
    agents.note(response)
    response.resume()
  })
  await once(request, 'close')
  expect(timeouts).toEqual([500])
})
