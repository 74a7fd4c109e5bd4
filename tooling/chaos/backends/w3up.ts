import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { startW3up } from '@gantry-tooling/servers/w3up'
import { generateIdentity } from '@gantry/age'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { nodeHashing } from '@gantry/transfer'
import { w3up } from '@gantry/w3up'

import type { Backend } from '../backend.ts'

/** A space of the upload service; blobs go to its storage node and come from it, keys stay in a folder. */
export const w3upBackend: Backend = {
  name: 'w3up, a service',
  adapters: ['w3up'],
  async start(network, folder) {
    /** Where the service says that blobs go, and where that is. */
    const fronts = new Map<string, string>()
    const service = await startW3up({
      async front(target) {
        const url = await network.through(target)
        fronts.set(url, target)
        return url
      },
    })
    const endpoint = `${await network.through(service.url)}/`
    const { key, proof, service: id } = await service.createSpace()
    const ageSecretKey = await generateIdentity()
    const options = { ageSecretKey, shardSize: 300_000 }
    const direct: typeof fetch = async (input, init) => {
      const { href, origin } = new URL(input instanceof Request ? input.url : input)
      const target = fronts.get(origin)
      return await fetch(target === undefined ? input : href.replace(origin, target), init)
    }
    return {
      server: '@web3-storage/upload-api',
      place(name) {
        const home = join(folder, 'homes', name)
        return {
          url: `w3up+${pathToFileURL(home).href}`,
          options: { ...options, endpoint, service: id, agentSecret: key, proof },
          open: async () =>
            await Promise.resolve(
              new Store(
                w3up(new Store(fs({ root: home })), {
                  ...options,
                  hashing: nodeHashing,
                  fetch: direct,
                  client: { endpoint: `${service.url}/`, service: id, key, proof },
                }),
              ),
            ),
        }
      },
      data: { up: { method: 'PUT' }, down: { method: 'GET' } },
      close: async () => await service.close(),
    }
  },
}
