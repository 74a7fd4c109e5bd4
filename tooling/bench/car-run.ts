import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

import { startW3up } from '@gantry-tooling/servers/w3up'
import { type Bytes, Store, toCall } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'
import { fs } from '@gantry/fs'
import { memory } from '@gantry/memory'
import { nodeHashing } from '@gantry/transfer'
import { car, packTree, w3up } from '@gantry/w3up'
import { importer } from 'ipfs-unixfs-importer'
import { create } from '@web3-storage/w3up-client'
import { StoreMemory } from '@web3-storage/w3up-client/stores/memory'

// One run in a process of its own, so that its memory is its own. Prints the seconds of the work alone.
const [step = '', folder = '', archive = ''] = process.argv.slice(2)
if (step.startsWith('gantry-')) {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=15')
}
const call = toCall()
const names = (await readdir(folder)).sort()
const read = (name: string): Bytes => createReadStream(join(folder, name), { highWaterMark: 1024 * 1024 })

async function drain(body: Bytes): Promise<number> {
  let bytes = 0
  for await (const chunk of body) bytes += chunk.length
  return bytes
}

async function archiveAll(driver: StoreDriver): Promise<void> {
  const sizes = new Map<string, number>()
  const store = new Store(fs({ root: folder }))
  for await (const { path, size = 0 } of store.list()) sizes.set(path, size)
  const entries = names.map((name) => ({ path: `study/series/${name}`, size: sizes.get(name) ?? 0 }))
  const parcel = await driver.parcels?.store?.({ entries, save: async () => {} }, call)
  for (const [index, entry] of entries.entries()) await parcel?.add(entry, read(names[index] ?? ''), call)
  await parcel?.commit(call)
}

const steps: { readonly [step: string]: () => Promise<unknown> } = {
  /** UnixFS alone: no CAR, no digest of one, nothing kept. */
  async importer() {
    const source = names.map((path) => ({ path, content: read(path) }))
    const discard = { put: async (cid: never) => cid }
    for await (const _ of importer(source, discard, { profile: 'unixfs-v1-2025', wrapWithDirectory: true }));
  },
  async 'gantry-root'() {
    await packTree(names.map((path) => ({ path, body: read(path) })))
  },
  /** UnixFS in CARs that are named by their digests. */
  async 'gantry-pack'() {
    const files = names.map((path) => ({ path, body: read(path) }))
    await packTree(files, { hashing: nodeHashing, onShard: async () => {} })
  },
  async 'gantry-archive'() {
    await archiveAll(car(new Store(fs({ root: archive })), { passphrase: 'a passphrase', hashing: nodeHashing }))
  },
  async 'gantry-archive-public'() {
    await archiveAll(car(new Store(fs({ root: archive })), { public: true, hashing: nodeHashing }))
  },
  async 'gantry-read'() {
    const store = new Store(car(new Store(fs({ root: archive })), { passphrase: 'a passphrase' }))
    let bytes = 0
    for (const name of names) bytes += await drain((await store.read(`study/series/${name}`)).body)
    return bytes
  },
  /** The same bytes of the same files, by ranges that nobody proves. */
  async 'plain-read'() {
    const store = new Store(fs({ root: join(archive, 'shards') }))
    for await (const { path, size = 0 } of store.list()) {
      for (let start = 0; start < size; start += 64 * 1024 * 1024) {
        await drain((await store.read(path, { start, end: start + 64 * 1024 * 1024 })).body)
      }
    }
  },
}

const service = step.endsWith('-upload') ? await startW3up() : undefined
const access = await service?.createSpace()
if (service !== undefined && access !== undefined) {
  Object.assign(steps, {
    async 'gantry-upload'() {
      await archiveAll(
        w3up(new Store(memory()), { public: true, hashing: nodeHashing, client: access, shardSize: 33_554_432 }),
      )
    },
    async 'client-upload'() {
      const client = await openClient(access)
      const files = names.map((name) => ({ name, stream: () => ReadableStream.from(read(name)) }))
      await client.uploadDirectory(files as never, { shardSize: 33_554_432, pieceHasher: null as never })
    },
  })
}

async function openClient({ endpoint, service: did, receipts, key, proof }: NonNullable<typeof access>) {
  const [{ Signer }, proofs, { connect }, { CAR, HTTP }, { parse }] = await Promise.all([
    import('@web3-storage/w3up-client/principal/ed25519'),
    import('@web3-storage/w3up-client/proof'),
    import('@ucanto/client'),
    import('@ucanto/transport'),
    import('@ipld/dag-ucan/did'),
  ])
  const channel = HTTP.open<Record<string, never>>({ url: new URL(endpoint), method: 'POST' })
  const connection = connect({ id: parse(did), codec: CAR.outbound, channel })
  const serviceConf = { access: connection, upload: connection, filecoin: connection } as never
  const principal = Signer.parse(key)
  const client = await create({ store: new StoreMemory(), principal, receiptsEndpoint: new URL(receipts), serviceConf })
  await client.setCurrentSpace((await client.addSpace(await proofs.parse(proof))).did())
  return client
}

const began = performance.now()
await steps[step]?.()
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000 }))
await service?.close()
process.exit(0)
