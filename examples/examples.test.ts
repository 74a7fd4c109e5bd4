import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { collect, Store } from '@gantry/core'
import { freePort } from '@gantry-tooling/start/free-port'
import { openHub, serveHub } from '@gantry/hub/node'
import { hubStore } from '@gantry/hub-store/node'
import { memory } from '@gantry/memory'
import { createGantry } from '@gantry/share'
import { nodePlatform } from '@gantry/share/node'
import { describeStore } from '@gantry/testkit'
import { writePhantom } from '@gantry/testkit/phantom'
import { expect, onTestFinished, test } from 'vitest'

import { tokenBackend } from './hono-tokens.ts'
import { type Shelf, shelf } from './one-file-adapter.ts'
import { shareFolder } from './share-a-folder.ts'

async function openAccount() {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-examples-'))
  const port = await freePort()
  const hub = await openHub({
    folder: join(folder, 'hub'),
    keeper: new Store(memory()),
    issuer: `http://127.0.0.1:${port}`,
  })
  const served = await serveHub(hub, { port })
  onTestFinished(async () => {
    await served.close()
    await hub.close()
    rmSync(folder, { recursive: true })
  })
  const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write'] as const
  return { folder, url: served.url, key: await hub.accounts.create('examples', { scopes }) }
}

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

test('a backend hands out tokens to those who are signed in', async () => {
  const { url, key } = await openAccount()
  const backend = tokenBackend(key, async ({ headers }) => headers.get('x-user') ?? undefined)
  expect((await backend.request('/hub-token', { method: 'POST' })).status).toBe(401)
  const answer = await backend.request('/hub-token', { method: 'POST', headers: { 'x-user': 'ann' } })
  const { token } = (await answer.json()) as { readonly token: string }
  const shares = await fetch(`${url}/v1/shares`, { headers: { authorization: `Bearer ${token}` } })
  expect(shares.status).toBe(200)
})

describeStore({
  name: 'a storage in one file',
  open: async () => {
    const items: Shelf = new Map()
    return { driver: shelf(items), reopen: async () => shelf(items), inMemory: true }
  },
})
