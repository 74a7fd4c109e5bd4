import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { freePort } from '@gantry-tooling/start/free-port'
import { openHub, serveHub } from '@gantry/hub/node'
import { memory } from '@gantry/memory'
import { onTestFinished } from 'vitest'

/** A hub with an account that may share, for one test. */
export async function openAccount({ origins = [] }: { readonly origins?: string[] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-examples-'))
  const port = await freePort()
  const hub = await openHub({
    folder: join(folder, 'hub'),
    keeper: new Store(memory()),
    issuer: `http://127.0.0.1:${port}`,
    origins,
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
