import { freePort } from '@gantry-tooling/servers'
import { collect, isGantryError, Store } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { hubStore, hubTokens } from '@gantry/hub-store/node'
import { hubClient, parseSecretLink } from '@gantry/share'
import { startFaultProxy } from '@gantry/testkit/fault-proxy'
import { expect, onTestFinished, test } from 'vitest'

import { HubProcess } from './rig/hub-process.ts'
import { nodeGantry } from './rig/node-gantry.ts'
import { badNetwork } from './soak/bad-network.ts'
import { Ledger, sha256Of } from './soak/ledger.ts'
import { openEncrypted } from './soak/operations.ts'
import { soak } from './soak/soak.ts'

const chaos = process.env['GANTRY_CHAOS'] !== undefined
const milliseconds = chaos ? 60_000 : 8000
const workers = 200

test(
  `${workers} at once for ${milliseconds / 1000} s over a bad network, the hub killed twice: nothing acknowledged is lost`,
  { timeout: 300_000 },
  async () => {
    const port = await freePort()
    const proxy = await startFaultProxy({ target: `http://127.0.0.1:${port}`, schedule: badNetwork })
    onTestFinished(async () => await proxy.close())
    const hub = await HubProcess.start({ port, issuer: proxy.url })
    const key = await hub.account('many', ['sources:read', 'sources:write', 'shares:read', 'shares:write', 'admin'])
    const ledger = new Ledger()
    await soak(hub, key, ledger, { workers, milliseconds })
    proxy.set([])

    const { objects, shares } = await verify(`http://127.0.0.1:${port}`, key, ledger)
    const faults = Map.groupBy(proxy.injected, ({ kind }) => kind)
    console.log(
      JSON.stringify({
        faults: Object.fromEntries([...faults].map(([kind, { length }]) => [kind, length])),
        outcomes: Object.fromEntries([...ledger.outcomes].toSorted(([a], [b]) => a.localeCompare(b))),
        objects,
        shares,
        secrets: ledger.secrets.length,
      }),
    )
    expect(ledger.wrong).toEqual([])
    // All the ways in which a network and a hub that is gone can fail; nothing else, and no internal.
    const expected = /: (?:ok|idle|unavailable|cancelled|not_found)$/u
    expect([...ledger.outcomes.keys()].filter((outcome) => !expected.test(outcome))).toEqual([])
    expect([...faults.keys()].sort()).toEqual(['answer', 'lose-answer', 'reset', 'stall', 'truncate'])
    expect(objects).toMatchObject({ lost: 0, damaged: 0 })
    expect(shares).toMatchObject({ lost: 0, halves: 0, overdrawn: 0, unreadable: 0 })
    expect(objects.acknowledged).toBeGreaterThan(200)
    expect(shares.acknowledged).toBeGreaterThan(20)
    expect(ledger.secrets.length).toBeGreaterThan(5)
  },
)

/** Looks at everything that was ever tried. */
async function verify(hub: string, key: HubKeyFile, ledger: Ledger) {
  const tokens = hubTokens({ key })
  const store = new Store(hubStore({ hub, tokens }))
  const client = hubClient({ hub, tokens })
  const objects = { tried: ledger.objects.size, acknowledged: 0, silent: 0, lost: 0, damaged: 0 }
  await each(ledger.objects, async ([path, { sha256, acknowledged }]) => {
    const found = await orNothing(async () => await collect((await store.read(path)).body))
    if (acknowledged) objects.acknowledged += 1
    if (found === undefined) objects.lost += acknowledged ? 1 : 0
    else if (sha256Of(found) !== sha256) objects.damaged += 1
    else if (!acknowledged) objects.silent += 1
  })
  const counts = {
    tried: ledger.shares.size,
    acknowledged: 0,
    silent: 0,
    lost: 0,
    halves: 0,
    overdrawn: 0,
    unreadable: 0,
    decrypted: 0,
  }
  await each(ledger.shares, async ([id, { objects: paths, acknowledged, maxOpens, opens }]) => {
    const found = await orNothing(async () => await client.shares.get(id))
    if (acknowledged) counts.acknowledged += 1
    if (found === undefined) {
      counts.lost += acknowledged ? 1 : 0
      return
    }
    if (!acknowledged) counts.silent += 1
    if (found.objects !== paths.length || found.maxOpens !== maxOpens) counts.halves += 1
    // What the hub has counted is at least what clients were told: answers got lost.
    if (found.opens > maxOpens || opens > found.opens) counts.overdrawn += 1
    const left = maxOpens - found.opens
    const tokensLeft = await Promise.all(
      Array.from({ length: left + 1 }, async () => await orNothing(async () => await client.shares.open(id))),
    )
    if (tokensLeft.filter((one) => one !== undefined).length !== left) counts.overdrawn += 1
    const [token] = tokensLeft.flatMap((one) => (one === undefined ? [] : [one.token]))
    if (token === undefined) return
    const shared = new Store(hubStore({ hub, token }))
    for (const path of paths) {
      const bytes = await orNothing(async () => await collect((await shared.read(path)).body))
      if (bytes === undefined || sha256Of(bytes) !== ledger.objects.get(path)?.sha256) counts.unreadable += 1
    }
    await shared.close()
  })
  await each(ledger.secrets, async (secret) => {
    const found = await orNothing(async () => await client.shares.get(parseSecretLink(secret.secret).id))
    if (found === undefined) counts.lost += 1
    else if (found.opens > secret.maxOpens || secret.opens > found.opens) counts.overdrawn += 1
    else if (found.opens < secret.maxOpens) {
      await orNothing(async () => await openEncrypted(nodeGantry(), secret, ledger))
      counts.decrypted += 1
    }
  })
  return { objects, shares: counts }
}

async function orNothing<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (isGantryError(error) && error.code === 'not_found') return undefined
      // A kept connection that the last kill has cut.
      if (attempt === 5 || !isGantryError(error) || error.code !== 'unavailable') throw error
    }
  }
}

async function each<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]()
  const next = async () => {
    for (let item = left.next(); item.done !== true; item = left.next()) await work(item.value)
  }
  await Promise.all(Array.from({ length: 16 }, next))
}
