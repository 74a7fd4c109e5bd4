import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { openHub, serveHub } from '@gantry/hub/node'

import type { HubSettings } from './hub-process.ts'

// Serves a hub until it is killed; says where it is, in a line. All that it keeps, its log too, is below one folder.
const { folder, issuer, port, tokenFor } = JSON.parse(process.argv[2] ?? '') as HubSettings
const plenty = { burst: 1e6, perMinute: 1e6 }
mkdirSync(folder, { recursive: true })
const say = (line: unknown) => appendFileSync(join(folder, 'log.jsonl'), `${JSON.stringify(line)}\n`)
const hub = await openHub({
  folder: join(folder, 'hub'),
  keeper: new Store(fs({ root: join(folder, 'keeper') })),
  issuer,
  limits: {
    tokensPerAccount: plenty,
    tokensPerAddress: plenty,
    opensPerAddress: plenty,
    opensPerShare: plenty,
    ...(tokenFor !== undefined && { tokenFor }),
  },
  log: say,
  onError: (error) =>
    say({ error: error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error) }),
})
console.log((await serveHub(hub, { port })).url)
