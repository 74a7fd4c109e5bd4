import { describeStore, type StoreHarness } from '@gantry/testkit'
import { afterAll } from 'vitest'

import { hubStore } from './index.ts'
import { hubStore as nodeHubStore } from './node.ts'
import { TestHub } from './testing/test-hub.ts'

const hub = await TestHub.start()
afterAll(async () => await hub.close())

let opened = 0

function harness(open: typeof nodeHubStore): StoreHarness {
  opened += 1
  const options = { hub: hub.url, prefix: `run ${opened}/ü%2F?`, token: 'good' }
  return {
    driver: open(options),
    // The hub is in this process, with all that it holds.
    inMemory: true,
    reopen: async () => open(options),
    openDenied: async () => open({ ...options, token: 'denied' }),
    openUnauthenticated: async () => open({ ...options, token: 'bad' }),
  }
}

const skip = { 'does not read ahead of a consumer that waits': 'the hub of these tests holds all that it sends' }

describeStore({ name: 'hub over node:http', open: async () => harness(nodeHubStore), skip })
describeStore({ name: 'hub over fetch', open: async () => harness(hubStore), skip })
