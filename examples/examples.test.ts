import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import { type AccessToken, collect } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { hubStore } from '@gantry/hub-store/node'
import { createGantry } from '@gantry/share'
import { nodePlatform } from '@gantry/share/node'
import { describeStore } from '@gantry/testkit'
import { writePhantom } from '@gantry/testkit/phantom'
import { expect, onTestFinished, test } from 'vitest'

import { tokenServer } from './express-tokens.ts'
import { tokenBackend } from './hono-tokens.ts'
import { type Shelf, shelf } from './one-file-adapter.ts'
import { shareFolder } from './share-a-folder.ts'
import { openAccount } from './testing/open-account.ts'

test('a folder is shared from Node', async () => {
  const { folder, url, key } = await openAccount()
  const written = await writePhantom(join(folder, 'images'), { size: 16, slices: 3 })
  const secret = await shareFolder(join(folder, 'images'), key)
  expect(secret.startsWith(`${url}/s/`)).toBe(true)
  const theirs = createGantry({ hub: url, platform: nodePlatform({ openHubStore: hubStore }) })
  const opened = await theirs.storage.loadMetadata(secret)
  const restored = await theirs.workspace.loadFromSerialization(opened.value)
  const files = restored.value?.[0]?.volumes[0]?.files ?? []
  const sizes = await Promise.all(files.map(async ({ input }) => (await collect(await input.read())).length))
  expect(sizes).toEqual(written.map(({ size }) => size))
})

test.each(['Hono', 'Express'] as const)(
  'a backend with %s hands out tokens to those who are signed in',
  async (kind) => {
    const { url, key } = await openAccount()
    const ask = kind === 'Hono' ? askHono(key) : await askExpress(key)
    const refused = await ask({})
    expect([refused.status, await refused.json()]).toEqual([401, { error: 'Sign in first.' }])
    const answer = await ask({ 'x-user': 'ann' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { token, expires } = (await answer.json()) as AccessToken
    expect(expires).toBeGreaterThan(Date.now())
    const shares = await fetch(`${url}/v1/shares`, { headers: { authorization: `Bearer ${token}` } })
    expect(shares.status).toBe(200)
  },
)

type Ask = (headers: Record<string, string>) => Promise<Response>

function askHono(key: HubKeyFile): Ask {
  const backend = tokenBackend(key, async ({ headers }) => headers.get('x-user') ?? undefined)
  return async (headers) => await backend.request('/hub-token', { method: 'POST', headers })
}

async function askExpress(key: HubKeyFile): Promise<Ask> {
  const server = tokenServer(key, async (request) => request.get('x-user')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  return async (headers) => await fetch(`http://127.0.0.1:${port}/hub-token`, { method: 'POST', headers })
}

describeStore({
  name: 'a storage in one file',
  open: async () => {
    const items: Shelf = new Map()
    return { driver: shelf(items), reopen: async () => shelf(items), inMemory: true }
  },
})
