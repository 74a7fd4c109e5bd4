import type { ServerResponse } from 'node:http'

import { collect, toCall } from '@gantry/core/driver'
import { expect, onTestFinished, test, vi } from 'vitest'

import { fetchTransport } from './fetch/fetch-transport.ts'
import { limitSilence } from './limit-silence.ts'
import { nodeTransport } from './node/node-transport.ts'
import { startServer, type TestServer } from './testing/server.ts'

const transports = [
  ['node:http', nodeTransport],
  ['fetch', fetchTransport],
] as const

test.for(transports)('whoever says nothing is given up, over %s', async ([, open]) => {
  // Only the limit looks at that clock: sockets have their own.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const pass = async (seconds: number) => void (await vi.advanceTimersByTimeAsync(seconds * 1000))
  const transport = limitSilence(open(), { seconds: 5, service: 'The test' })
  onTestFinished(() => transport.close())
  const start = async (...given: Parameters<typeof startServer>): Promise<TestServer> => {
    const server = await startServer(...given)
    onTestFinished(async () => await server.close())
    return server
  }
  const send = async ({ url }: TestServer, method: 'GET' | 'POST' = 'GET') =>
    await transport.send({ method, url, headers: {} }, toCall())
  const isSilent = async (waited: Promise<unknown>) => {
    const silent = { code: 'timeout', retryable: true, message: expect.stringContaining('The test') }
    await Promise.all([expect(waited).rejects.toMatchObject(silent), pass(5)])
  }

  // Before its answer, and in the middle of it.
  await isSilent(send(await start(() => {})))
  const half = await send(await start((_, response) => void response.write('half')))
  expect(half.status).toBe(200)
  expect((await half.body.next()).value?.length).toBe(4)
  await isSilent(half.body.next())

  // Slowly is not never, and an answer to what changes something may take as long as it needs.
  const dripping = Promise.withResolvers<ServerResponse>()
  const slow = await start((_, response) => {
    response.flushHeaders()
    dripping.resolve(response)
  })
  const { body: drops } = await send(slow)
  for (let drop = 0; drop < 4; drop += 1) {
    const next = drops.next()
    await pass(4)
    ;(await dripping.promise).write('x')
    expect((await next).value?.length).toBe(1)
  }
  ;(await dripping.promise).end()
  expect((await drops.next()).done).toBe(true)
  const asked = Promise.withResolvers<ServerResponse>()
  const sent = send(await start((_, response) => asked.resolve(response)), 'POST')
  const late = await asked.promise
  await pass(12)
  late.end('x')
  expect((await collect((await sent).body)).length).toBe(1)

  // Who reads may take its time: nobody waits for the other side meanwhile.
  const large = await start((_, response) => void response.end(Buffer.alloc(4_000_000)))
  const { body } = await send(large)
  let length = (await body.next()).value?.length ?? 0
  await pass(12)
  length += (await collect(body)).length
  expect(length).toBe(4_000_000)
})

test('an abort goes through', async () => {
  const server = await startServer(() => {})
  onTestFinished(async () => await server.close())
  const transport = limitSilence(nodeTransport(), { seconds: 60 })
  const controller = new AbortController()
  const sent = transport.send({ method: 'GET', url: server.url, headers: {} }, toCall({ signal: controller.signal }))
  setImmediate(() => controller.abort())
  await expect(sent).rejects.toMatchObject({ code: 'cancelled' })
})
