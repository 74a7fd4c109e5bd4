import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { hubStore as fetchHubStore, hubTokens } from '@gantry/hub-store'
import { hubStore } from '@gantry/hub-store/node'
import { describeStore, type StoreHarness } from '@gantry/testkit'
import { afterAll } from 'vitest'

import { openHub, serveHub } from './node.ts'

/** A hub is named by its URL in its keys, before it is served. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port.')
  return address.port
}

const folder = await mkdtemp(join(tmpdir(), 'gantry-hub-store-'))
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const keeper = new Store(fs({ root: join(folder, 'blobs') }))
const hub = await openHub({ folder: join(folder, 'hub'), keeper, issuer: url })
const served = await serveHub(hub, { port })
afterAll(async () => {
  await served.close(100)
  await hub.close()
  await rm(folder, { recursive: true })
})

const key = await hub.accounts.create('uploader', { scopes: ['sources:read', 'sources:write'] })
const reader = await hub.accounts.create('reader', { scopes: ['shares:read'] })
// One for all stores: a hub gives an account so many tokens a minute, and no more.
const tokens = hubTokens({ key })
const powerless = hubTokens({ key: reader })

let opened = 0

function harness(open: typeof hubStore): StoreHarness {
  opened += 1
  const options = { hub: url, prefix: `run ${opened}/ü%2F?` }
  return {
    driver: open({ ...options, tokens }),
    reopen: async () => open({ ...options, tokens }),
    openDenied: async () => open({ ...options, tokens: powerless }),
    openUnauthenticated: async () => open({ ...options, token: 'e30.e30.e30' }),
  }
}

describeStore({ name: 'a hub over node:http', open: async () => harness(hubStore) })
describeStore({ name: 'a hub over fetch', open: async () => harness(fetchHubStore) })
