import { createHash, randomBytes, randomInt } from 'node:crypto'

import { bytesOf, collect, type ErrorCode, isGantryError, Store } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { hubStore, hubTokens } from '@gantry/hub-store/node'
import { hubClient, randomName } from '@gantry/share'

/** How often each operation ended as it should, and what ended otherwise. */
export interface Done {
  readonly operations: Map<string, number>
  readonly errors: string[]
}

/** What a client does with a hub, again and again: all of it ends, and nothing is left over. */
export function clientOf(key: HubKeyFile, { operations, errors }: Done): () => Promise<void> {
  const { hub } = key
  const tokens = hubTokens({ key })
  const store = new Store(hubStore({ hub, tokens }))
  const client = hubClient({ hub, tokens })
  const stranger = hubClient({ hub })

  const count = (name: string) => operations.set(name, (operations.get(name) ?? 0) + 1)
  async function step<Value>(name: string, work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      const value = await work()
      count(name)
      return value
    } catch (error) {
      errors.push(`${name}: ${isGantryError(error) ? error.code : String(error)}`)
      return undefined
    }
  }
  /** What may not be is refused, and with this code. */
  async function refused(code: ErrorCode, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
      errors.push(`${code} was due`)
    } catch (error) {
      if (isGantryError(error) && error.code === code) count(`refused, ${code}`)
      else errors.push(`${code} was due: ${isGantryError(error) ? error.code : String(error)}`)
    }
  }
  async function upload(size: number): Promise<{ path: string; sha256: string } | undefined> {
    const [path, bytes] = [`soak/${randomName()}`, randomBytes(size)]
    const name = size > 2 ** 20 ? 'upload in parts' : 'upload'
    const written = await step(name, async () => await store.write({ path, size }, bytesOf(bytes)))
    return written && { path, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
  async function download(from: Store, { path, sha256 }: { path: string; sha256: string }): Promise<void> {
    await step('download', async () => {
      const bytes = await collect((await from.read(path)).body)
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('Other bytes than were sent.')
    })
  }

  return async () => {
    const metadata = await upload(randomInt(100, 2000))
    const object = await upload(randomInt(8) === 0 ? 2 ** 20 + randomInt(2 ** 19) : randomInt(200_000))
    const other = await upload(randomInt(1000))
    if (metadata === undefined || object === undefined || other === undefined) return
    const id = randomName()
    const objects = [metadata.path, object.path]
    await step('share', async () => await client.shares.create({ id, metadata: metadata.path, objects, maxOpens: 2 }))
    for (let open = 0; open < 2; open += 1) {
      const opened = await step('open', async () => await stranger.shares.open(id))
      if (opened === undefined) continue
      const shared = new Store(hubStore({ hub, token: opened.token }))
      for (const one of [metadata, object]) await download(shared, one)
      await refused('not_found', async () => await shared.read(other.path))
      await shared.close()
    }
    await refused('not_found', async () => await stranger.shares.open(id))
    await refused('not_found', async () => await stranger.shares.open(randomName()))
    const wrong = new Store(hubStore({ hub, token: 'none.of.yours' }))
    await refused('unauthenticated', async () => await wrong.read(object.path))
    await wrong.close()
    await refused('already_exists', async () => {
      await store.write({ path: other.path, size: 3, ifAbsent: true }, bytesOf(Buffer.from('two')))
    })
    await step('revoke', async () => await client.shares.revoke(id))
    await refused('not_found', async () => await stranger.shares.open(id))
    for (const { path } of [metadata, object, other]) await step('remove', async () => await store.remove(path))
  }
}
