import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { toCall } from '@gantry/core/driver'
import { afterAll, expect, test } from 'vitest'

import { KuboRpc } from './kubo-rpc.ts'
import { PinningService } from './pinning-service.ts'

const asked: (string | undefined)[] = []
const server = createServer((request, response) => {
  asked.push(request.url)
  response.writeHead(302, { location: '/elsewhere' }).end()
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test.each([
  ['a Kubo node', async () => await new KuboRpc({ api: url }).ask('id', {}, toCall())],
  ['a pinning service', async () => await new PinningService({ endpoint: url, token: 'token' }).add('root', toCall())],
])('a redirect of %s is told as one, not tried again, and not followed', async (_, ask) => {
  await expect(ask()).rejects.toMatchObject({
    code: 'invalid',
    retryable: false,
    message: expect.stringContaining('sends elsewhere (a redirect)') as string,
  })
  expect(asked).not.toContain('/elsewhere')
})
