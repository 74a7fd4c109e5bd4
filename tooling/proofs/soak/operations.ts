import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { bytesOf, collect, type Source, Store } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { hubStore, hubTokens } from '@gantry/hub-store/node'
import { type Gantry, hubClient, randomName } from '@gantry/share'

import { nodeGantry, valueOf } from '../rig/node-gantry.ts'
import { type Ledger, sha256Of } from './ledger.ts'

/** Answers what came of it, for the count. */
export type Operation = (signal: AbortSignal) => Promise<'ok' | 'idle'>

/** What many people do with a hub at once. Every one of them notes what it was told, and nothing more. */
export function operationsOf(key: HubKeyFile, ledger: Ledger): Readonly<Record<string, Operation>> {
  const hub = key.hub
  const tokens = hubTokens({ key })
  const store = new Store(hubStore({ hub, tokens }))
  const client = hubClient({ hub, tokens })
  const strangers = hubClient({ hub })

  const write = async (size: number, signal: AbortSignal): Promise<string> => {
    const [path, bytes] = [`soak/${randomName()}`, randomBytes(size)]
    const tried = { sha256: sha256Of(bytes), acknowledged: false }
    ledger.objects.set(path, tried)
    await store.write({ path, size }, bytesOf(bytes), { signal })
    tried.acknowledged = true
    return path
  }
  return {
    write: async (signal) => await ok(write(randomInt(20_000), signal)),
    'write in parts': async (signal) => await ok(write(2 ** 20 + randomInt(2 ** 19), signal)),
    share: async (signal) => {
      const metadata = await write(500, signal)
      const objects = [await write(5000, signal), await write(0, signal)]
      const [id, maxOpens] = [randomName(), randomInt(1, 6)]
      const tried = { objects: [metadata, ...objects], maxOpens, acknowledged: false, opens: 0 }
      ledger.shares.set(id, tried)
      await client.shares.create({ id, metadata, objects, maxOpens }, { signal })
      tried.acknowledged = true
      return 'ok'
    },
    open: async (signal) => {
      const [id, share] = anyOf([...ledger.shares].filter(([, { acknowledged }]) => acknowledged)) ?? []
      if (id === undefined || share === undefined) return await aWhile()
      const { token } = await strangers.shares.open(id, { signal })
      share.opens += 1
      const shared = new Store(hubStore({ hub, token }))
      try {
        for (const path of share.objects) {
          const bytes = await collect((await shared.read(path, undefined, { signal })).body)
          if (sha256Of(bytes) !== ledger.objects.get(path)?.sha256) ledger.wrong.push(path)
        }
      } finally {
        await shared.close()
      }
      return 'ok'
    },
    'share encrypted': async (signal) => await ok(shareEncrypted(nodeGantry({ hub, auth: tokens }), ledger, signal)),
    'open encrypted': async (signal) => {
      const share = anyOf(ledger.secrets)
      if (share === undefined) return await aWhile()
      return await ok(openEncrypted(nodeGantry(), share, ledger, signal))
    },
  }
}

async function shareEncrypted(gantry: Gantry, ledger: Ledger, signal: AbortSignal): Promise<void> {
  const data = randomBytes(randomInt(150_000))
  const { source } = valueOf(await gantry.storage.upload({ data }, { signal }))
  const maxOpens = randomInt(1, 6)
  const { secret } = valueOf(await gantry.storage.uploadMetadata({ source }, { maxOpens, signal }))
  ledger.secrets.push({ secret, sha256: sha256Of(data), maxOpens, opens: 0 })
}

export async function openEncrypted(
  gantry: Gantry,
  share: Ledger['secrets'][number],
  ledger: Ledger,
  signal?: AbortSignal,
): Promise<void> {
  const call = signal === undefined ? {} : { signal }
  const { source } = valueOf(await gantry.storage.loadMetadata<{ source: Source }>(share.secret, call))
  share.opens += 1
  const { data } = valueOf(await gantry.storage.loadFromSource(source, call))
  if (sha256Of(data) !== share.sha256) ledger.wrong.push('encrypted')
}

async function ok(work: Promise<unknown>): Promise<'ok'> {
  await work
  return 'ok'
}

/** There is nothing to be opened yet. */
async function aWhile(): Promise<'idle'> {
  await sleep(50)
  return 'idle'
}

function anyOf<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 0 ? undefined : items[randomInt(items.length)]
}
