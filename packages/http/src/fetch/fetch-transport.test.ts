import { toCall } from '@gantry/core/driver'
import { expect, onTestFinished, test } from 'vitest'

import { nodeTransport } from '../node/node-transport.ts'
import { Sender } from '../sender.ts'
import { startServer } from '../testing/server.ts'
import type { Transport } from '../transport.ts'
import { fetchTransport } from './fetch-transport.ts'

/** What a browser tells of a redirect that is not followed. */
const opaque = async () => {
  const response = Response.error()
  return Object.defineProperty(response, 'type', { value: 'opaqueredirect' })
}

test.for<[string, Transport]>([
  ['fetch', fetchTransport()],
  ['fetch of a browser', fetchTransport({ fetch: opaque })],
  ['node:http', nodeTransport()],
])('over %s, a redirect is told as one, not tried again, and not followed', async ([, transport]) => {
  const asked: (string | undefined)[] = []
  const server = await startServer((request, response) => {
    asked.push(request.url)
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  onTestFinished(async () => {
    transport.close()
    await server.close()
  })
  const sent = new Sender({ transport, now: Date.now }).send({ method: 'GET', url: server.url, headers: {} }, toCall())
  await expect(sent).rejects.toMatchObject({
    code: 'invalid',
    retryable: false,
    message: expect.stringContaining('sends elsewhere (a redirect)'),
  })
  expect(asked).not.toContain('/elsewhere')
})
