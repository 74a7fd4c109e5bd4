import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort } from '@gantry-tooling/servers'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { hubStore as fetchHubStore, hubTokens } from '@gantry/hub-store'
import { hubStore } from '@gantry/hub-store/node'
import { describeStore, type StoreHarness } from '@gantry/testkit'
import { afterAll, describe } from 'vitest'

import { openHub, serveHub } from './node.ts'

const folder = await mkdtemp(join(tmpdir(), 'gantry-hub-store-'))
// Known before it is served: a hub is named by its URL in its keys.
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
// The same contract by another transport, which packages/adapters/hub holds to it in every run.
describe.skipIf(process.env['GANTRY_TEST_EXTRA'] !== '1')('by fetch [among the extra tests]', () => {
  describeStore({ name: 'a hub over fetch', open: async () => harness(fetchHubStore) })
})
