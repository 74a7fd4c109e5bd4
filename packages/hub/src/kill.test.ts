import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import { Store } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { fs } from '@gantry/fs'
import { expect, onTestFinished, test } from 'vitest'

import { openHub } from './node/open-hub.ts'
import { everything, type Granted, issuer, shareId, sign, temporaryFolder } from './testing/rig.ts'

const program = new URL('testing/hub-process.ts', import.meta.url).pathname
const kills = 5

async function start(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--conditions=@gantry/source', program, folder, '0', issuer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, url }
}

async function token(url: string, file: HubKeyFile): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: await sign({ now: Date.now() }, file, { jti: crypto.randomUUID() }),
  })
  return ((await (await fetch(`${url}/token`, { method: 'POST', body })).json()) as Granted).access_token
}

const textOf = (name: string) => `${name} `.repeat(2000 + name.length * 37)

test(
  'killed while it takes uploads and shares: what it acknowledged is there, and nothing by halves',
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder()
    const hub = await openHub({ folder: `${folder}/hub`, keeper: new Store(fs({ root: `${folder}/keeper` })), issuer })
    const file = await hub.accounts.create('writer', { scopes: [...everything, 'admin'] })
    await hub.close()

    const objects = new Set<string>()
    const shares = new Set<number>()
    let attempts = 0
    let seed = 0
    for (let round = 0; round < kills; round += 1) {
      const { child, url } = await start(folder)
      const headers = { Authorization: `Bearer ${await token(url, file)}` }
      const send = async (method: string, path: string, body: string) =>
        await fetch(url + path, { method, headers, body }).then(async (response) => ({
          status: response.status,
          answer: JSON.parse(await response.text()) as { id: string },
        }))
      let acknowledged = 0
      const work = async () => {
        for (;;) {
          attempts += 1
          seed += 1
          const mine = seed
          const [meta, parted] = [`meta-${mine}`, `parts/${mine}`]
          if ((await send('PUT', `/v1/objects/${meta}`, textOf(meta))).status === 201) objects.add(meta)
          const upload = (await send('POST', '/v1/uploads', JSON.stringify({ path: parted }))).answer
          const text = textOf(parted)
          const half = Math.floor(text.length / 2)
          const at = `/v1/uploads/${upload.id}`
          const parts = [
            (await send('PUT', `${at}/parts/1?offset=0`, text.slice(0, half))).answer,
            (await send('PUT', `${at}/parts/2?offset=${half}`, text.slice(half))).answer,
          ]
          if ((await send('POST', `${at}/complete`, JSON.stringify({ parts }))).status === 200) objects.add(parted)
          const share = JSON.stringify({ id: shareId(mine), metadata: meta, objects: [parted] })
          if ((await send('POST', '/v1/shares', share)).status === 201) shares.add(mine)
          acknowledged += 1
          if (acknowledged === 5 + round * 4) child.kill('SIGKILL')
        }
      }
      const closed = once(child, 'close')
      await Promise.all(Array.from({ length: 6 }, async () => await work().catch(() => {})))
      await closed
    }
    expect(attempts).toBeGreaterThan(shares.size)

    const { child, url } = await start(folder)
    const headers = { Authorization: `Bearer ${await token(url, file)}` }
    const get = async (path: string) => await fetch(`${url}/v1/objects/${path}`, { headers })
    for (const name of objects) expect(await (await get(name)).text()).toBe(textOf(name))
    for (const mine of shares) {
      const opened = await fetch(`${url}/v1/shares/${shareId(mine)}/open`, { method: 'POST' })
      const { token: reader } = (await opened.json()) as { token: string }
      const shared = await fetch(`${url}/v1/objects/parts/${mine}`, { headers: { Authorization: `Bearer ${reader}` } })
      expect(await shared.text()).toBe(textOf(`parts/${mine}`))
    }
    // What was not acknowledged is there whole, or not at all.
    for (let mine = 1; mine <= seed; mine += 1) {
      for (const name of [`meta-${mine}`, `parts/${mine}`]) {
        const response = await get(name)
        const text = await response.text()
        expect(response.status === 200 ? text : response.status).toBe(response.status === 200 ? textOf(name) : 404)
      }
      const share = await fetch(`${url}/v1/shares/${shareId(mine)}`, { headers })
      const { objects: whole } = (await share.json()) as { objects?: number }
      expect([share.status, whole]).toEqual(share.status === 200 ? [200, 2] : [404, undefined])
    }
    child.kill('SIGKILL')
    await once(child, 'close')

    // Two days later: shared objects stay; what crashes left in the keeper is gone.
    const keeper = new Store(fs({ root: `${folder}/keeper` }))
    const later = await openHub({ folder: `${folder}/hub`, keeper, issuer, clock: () => Date.now() + 2 * 86_400_000 })
    await later.sweep()
    const kept = new Set<string>()
    for await (const { path } of keeper.list({ prefix: 'blobs' })) kept.add(path)
    for await (const unfinished of keeper.uploads?.unfinished() ?? []) expect(unfinished).toBeUndefined()
    const { used } = (await later.accounts.list())[0] as { used: number }
    let bytes = 0
    for (const path of kept) bytes += (await keeper.stat(path)).size ?? 0
    expect(bytes).toBe(used)
    expect(kept.size).toBeGreaterThanOrEqual(shares.size * 3)
    await later.close()
  },
)
