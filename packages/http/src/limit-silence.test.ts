import { setTimeout as sleep } from 'node:timers/promises'

import { collect, toCall } from '@gantry/core/driver'
import { expect, onTestFinished, test } from 'vitest'

import { fetchTransport } from './fetch/fetch-transport.ts'
import { limitSilence } from './limit-silence.ts'
import { nodeTransport } from './node/node-transport.ts'
import { startServer, type TestServer } from './testing/server.ts'

const transports = [
  ['node:http', nodeTransport],
  ['fetch', fetchTransport],
] as const

test.for(transports)('whoever says nothing is given up, over %s', { timeout: 20_000 }, async ([, open]) => {
  const transport = limitSilence(open(), { seconds: 0.5, service: 'The test' })
  onTestFinished(() => transport.close())
  const start = async (...given: Parameters<typeof startServer>): Promise<TestServer> => {
    const server = await startServer(...given)
    onTestFinished(async () => await server.close())
    return server
  }
  const send = async ({ url }: TestServer, method: 'GET' | 'POST' = 'GET') =>
    await transport.send({ method, url, headers: {} }, toCall())
  const silent = { code: 'timeout', retryable: true, message: expect.stringContaining('The test') }

  // Before its answer, and in the middle of it.
  await expect(send(await start(() => {}))).rejects.toMatchObject(silent)
  const half = await send(await start((_, response) => void response.write('half')))
  expect(half.status).toBe(200)
  await expect(collect(half.body)).rejects.toMatchObject(silent)

  // Slowly is not never, and an answer to what changes something may take as long as it needs.
  const slow = await start((_, response) => {
    const drip = (left: number) => {
      response.write('x')
      if (left === 1) response.end()
      else setTimeout(drip, 100, left - 1)
    }
    drip(8)
  })
  expect((await collect((await send(slow)).body)).length).toBe(8)
  const late = await start((request, response) => {
    request.resume()
    setTimeout(() => response.end('x'), 1000)
  })
  expect((await collect((await send(late, 'POST')).body)).length).toBe(1)

  // Who reads may take its time: nobody waits for the other side meanwhile.
  const large = await start((_, response) => void response.end(Buffer.alloc(4_000_000)))
  const { body } = await send(large)
  let length = (await body.next()).value?.length ?? 0
  await sleep(1200)
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
