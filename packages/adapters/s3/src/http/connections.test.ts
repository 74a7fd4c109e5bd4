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
  const said: Buffer[] = []
  const counter = createServer((socket) => {
    sockets.push(socket)
    socket.on('data', (data) => void said.push(data))
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
  return { sockets, said, options: { endpoint, region, credentials } }
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

test('what the answers to one store told of the service, the others know', async () => {
  const { said, options } = await startCounted()
  const md5s = () =>
    Buffer.concat(said)
      .toString('latin1')
      .match(/content-md5:/gu)?.length ?? 0
  const connections = new Connections()
  const one = new Store(s3({ ...options, bucket: 'one', connections }))
  await write(one)
  // Until a service has shown that it checks CRCs, it is given what all of them check.
  expect(md5s()).toBe(1)
  const two = new Store(s3({ ...options, bucket: 'two', connections }))
  await write(two)
  expect(md5s()).toBe(1)
  const plain = new Store(s3({ ...options, bucket: 'two', connections, checksum: 'md5' }))
  await write(plain)
  expect(md5s()).toBe(2)
  const alone = new Store(s3({ ...options, bucket: 'two' }))
  await write(alone)
  expect(md5s()).toBe(3)
  await Promise.all([one, two, plain, alone].map(async (store) => await store.close()))
})
