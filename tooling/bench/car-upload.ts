import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'

import type { W3upAccess } from '@gantry-tooling/servers/w3up'
import { Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { nodeHashing } from '@gantry/transfer'
import { w3up } from '@gantry/w3up'

import { namesIn } from './car-files.ts'
import { archiveAll } from './car-gantry.ts'

/** Both hold a shard in memory while it goes. */
const shardSize = 33_554_432

export async function uploadByGantry(folder: string, client: W3upAccess): Promise<void> {
  await archiveAll(w3up(new Store(memory()), { public: true, hashing: nodeHashing, client, shardSize }), folder)
}

/** The client alone, without its PieceCIDs, which are slower than all the rest. */
export async function uploadByClient(folder: string, access: W3upAccess): Promise<void> {
  const client = await openClient(access)
  const files = (await namesIn(folder)).map((name) => ({
    name,
    stream: () => Readable.toWeb(createReadStream(join(folder, name), { highWaterMark: 1024 * 1024 })),
  }))
  await client.uploadDirectory(files, { shardSize, pieceHasher: null as never })
}

async function openClient({ endpoint, service: did, receipts, key, proof }: W3upAccess) {
  const [{ create }, { StoreMemory }, { Signer }, proofs, { connect }, { CAR, HTTP }, { parse }] = await Promise.all([
    import('@web3-storage/w3up-client'),
    import('@web3-storage/w3up-client/stores/memory'),
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
