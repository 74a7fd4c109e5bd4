import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

import { bytesOf, Store } from '@gantry/core'
import { startS3Server } from '@gantry/testkit/s3-server'
import { expect, onTestFinished, test, vi } from 'vitest'

import { s3 } from '../s3.ts'
import { Connections } from './connections.ts'

/** A service behind something that counts who connects to it. */
async function startCounted() {
  const server = await startS3Server({ buckets: ['one', 'two'] })
  const sockets: Socket[] = []
  const counter = createServer((socket) => {
    sockets.push(socket)
    const onward = connect(Number(new URL(server.url).port), '127.0.0.1')
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => {}).on('close', () => other.destroy())
      one.pipe(other)
    }
  }).listen(0, '127.0.0.1')
  await once(counter, 'listening')
  onTestFinished(async () => {
    counter.close()
    await server.close()
  })
  const { region, credentials } = server
  const endpoint = `http://127.0.0.1:${(counter.address() as AddressInfo).port}`
  return { sockets, options: { endpoint, region, credentials } }
}

const write = async (store: Store) => await store.write({ path: 'entry', size: 5 }, bytesOf(Buffer.from('hello')))

test('stores that share connections greet the service once, and the last that closes ends them', async () => {
  const { sockets, options } = await startCounted()
  const connections = new Connections()
  const [one, two] = ['one', 'two'].map((bucket) => new Store(s3({ ...options, bucket, connections })))
  if (one === undefined || two === undefined) throw new Error('No stores.')
  await write(one)
  await write(two)
  expect(sockets).toHaveLength(1)
  await one.close()
  await one.close()
  await write(two)
  expect(sockets).toHaveLength(1)
  await two.close()
  await vi.waitUntil(() => sockets[0]?.destroyed, { timeout: 30_000 })
  const three = new Store(s3({ ...options, bucket: 'one', connections }))
  await write(three)
  expect(sockets).toHaveLength(2)
  await three.close()
})

test('a store without them has its own', async () => {
  const { sockets, options } = await startCounted()
  for (const bucket of ['one', 'two']) {
    const store = new Store(s3({ ...options, bucket }))
    await write(store)
    await store.close()
  }
  expect(sockets).toHaveLength(2)
})
