import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { openHub, serveHub } from '@gantry/hub/node'

// Serves the hub that the share benchmarks go through until it is killed; says so in a line once its key is there.
const [folder = '', port = '0'] = process.argv.slice(2)
const hub = await openHub({
  folder: join(folder, 'hub'),
  keeper: new Store(fs({ root: join(folder, 'keeper') })),
  issuer: `http://127.0.0.1:${port}`,
  onError: (error) => console.error(error),
})
const scopes = ['sources:read', 'sources:write', 'shares:read', 'shares:write'] as const
const key = await hub.accounts.create('bench', { scopes })
writeFileSync(join(folder, 'key.json'), JSON.stringify(key), { mode: 0o600 })
console.log((await serveHub(hub, { port: Number(port) })).url)
