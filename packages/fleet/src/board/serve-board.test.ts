import { createServer, type AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import type { Ledger } from '../ledger/ledger.ts'
import { type FleetQueue, queueServer } from '../queue/queue-server.ts'
import { serveBoard } from './serve-board.ts'

/** Where nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

test('a board whose queues do not answer leaves none of them open', async () => {
  const server = queueServer(`redis://127.0.0.1:${await freePort()}`)
  const opened: FleetQueue[] = []
  const queue = {
    ...server,
    queue(name: string) {
      const one = server.queue(name)
      opened.push(one)
      return one
    },
  }
  // All that a board asks a ledger.
  const queues = async () => await Promise.resolve([{ name: 'a', destination: 'memory:a' }])
  const ledger = { queues } as Partial<Ledger> as Ledger
  const board = serveBoard({ fleet: { ledger, queue }, port: 0, token: 'a token' })
  await expect(board).rejects.toMatchObject({ code: 'unavailable' })
  expect(opened.map(({ closing }) => closing !== undefined)).toEqual([true, true])
})
