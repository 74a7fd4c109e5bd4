import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { startKuboStandIn } from '@gantry-tooling/servers/kubo'
import { generateIdentity } from '@gantry/age'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { nodeHashing } from '@gantry/transfer'
import { ipfs } from '@gantry/w3up'

import type { Backend } from '../backend.ts'

/** Blocks go to a node and come from it, one by one; keys, records and indexes stay in a folder. */
export const ipfsBackend: Backend = {
  name: 'ipfs, a node',
  adapters: ['w3up'],
  async start(network, folder) {
    const node = await startKuboStandIn()
    const api = await network.through(node.url)
    const options = { ageSecretKey: await generateIdentity(), shardSize: 300_000 }
    return {
      server: 'a stand-in for Kubo',
      place(name) {
        const home = join(folder, 'homes', name)
        return {
          url: `ipfs+${pathToFileURL(home).href}`,
          options: { ...options, api },
          open: async () =>
            await Promise.resolve(
              new Store(
                ipfs(new Store(fs({ root: home })), { ...options, hashing: nodeHashing, kubo: { api: node.url } }),
              ),
            ),
        }
      },
      data: { up: { method: 'POST', path: /\/dag\/import/u }, down: { method: 'POST', path: /\/block\/get/u } },
      close: async () => await node.close(),
    }
  },
}
