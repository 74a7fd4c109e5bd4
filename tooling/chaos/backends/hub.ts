import { join } from 'node:path'

import { freePort } from '@gantry-tooling/servers'
import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { hubStore, hubTokens } from '@gantry/hub-store/node'
import { openHub, serveHub } from '@gantry/hub/node'

import type { Backend } from '../backend.ts'

const plenty = { burst: 1e6, perMinute: 1e6 }

export const hubBackend: Backend = {
  name: 'hub',
  adapters: ['hub'],
  async start(network, folder) {
    const port = await freePort()
    const direct = `http://127.0.0.1:${port}`
    const issuer = await network.through(direct)
    const hub = await openHub({
      folder: join(folder, 'hub'),
      keeper: new Store(fs({ root: join(folder, 'keeper'), durability: 'cache' })),
      issuer,
      limits: { tokensPerAccount: plenty, tokensPerAddress: plenty, opensPerAddress: plenty, opensPerShare: plenty },
    })
    const served = await serveHub(hub, { port })
    const key = await hub.accounts.create('chaos', { scopes: ['sources:read', 'sources:write'] })
    const tokens = hubTokens({ key })
    return {
      server: 'gantry hub',
      place: (name) => ({
        url: `hub+${issuer}/${name}`,
        options: { key },
        open: async () => await Promise.resolve(new Store(hubStore({ hub: direct, tokens, prefix: name }))),
      }),
      data: { up: { method: 'PUT', path: /\.dcm/u }, down: { method: 'GET', path: /\.dcm/u } },
      async close() {
        await served.close(100)
        await hub.close()
      },
    }
  },
}
