import { join } from 'node:path'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { openHub, serveHub } from '@gantry/hub/node'

// A hub on a port, in a folder: its first line of output is the key of its account, its only one.
const [folder = '', port = ''] = process.argv.slice(2)
const plenty = { burst: 1e9, perMinute: 1e9 }
const hub = await openHub({
  folder: join(folder, 'hub'),
  keeper: new Store(fs({ root: join(folder, 'keeper'), durability: 'cache' })),
  issuer: `http://127.0.0.1:${port}`,
  limits: { tokensPerAccount: plenty, tokensPerAddress: plenty, opensPerAddress: plenty, opensPerShare: plenty },
})
await serveHub(hub, { port: Number(port), sweepEvery: 60_000 })
const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write'] as const
console.log(JSON.stringify(await hub.accounts.create('soak', { scopes })))
