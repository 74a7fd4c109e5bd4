import type { Store } from '@gantry/core'
import { type Bytes, type Call, GantryError, isGantryError } from '@gantry/core/driver'
import * as dagCbor from '@ipld/dag-cbor'
import type { CID } from 'multiformats/cid'
import * as z from 'zod'

import { Home } from '../manifest/home.ts'
import { carHeader, longestHead, readSectionHead } from '../pack/car.ts'
import { parseCid } from '../pack/cid.ts'
import { encodeVarint } from '../pack/varint.ts'
import type { BlockSource } from '../read/block-source.ts'
import type { Blob, ShardStore } from '../shards/shard-store.ts'
import { carDirectory } from './car-directory.ts'
import type { KuboRpc } from './kubo-rpc.ts'
import type { PinningService } from './pinning-service.ts'

const importSchema = z.looseObject({
  Root: z.looseObject({ PinErrorMsg: z.string().optional() }).optional(),
  Stats: z.looseObject({ BlockCount: z.number() }).optional(),
})

/** Blocks of a Kubo node, by its RPC API. */
export function kuboSource(rpc: KuboRpc): BlockSource {
  return {
    name: 'the Kubo node',
    async block(cid: CID, call: Call) {
      return await rpc.ask('block/get', { arg: cid.toString(), offline: 'true' }, call)
    },
  }
}

/**
 * Shards whose blocks a Kubo node keeps, pinned by the root of their unit. The node knows blocks and no CARs: which shards
 * it took is kept in the home of the archive, and so are the indexes.
 */
export function kuboShards(rpc: KuboRpc, store: Store, pinning?: PinningService): ShardStore {
  const home = new Home(store)
  const files = carDirectory(store)
  return {
    name: 'the Kubo node',
    isPublic: true,
    has: async (blob, call) =>
      blob.kind === 'index' ? await files.has(blob, call) : (await store.find(importedPath(blob), call)) !== undefined,
    async put(blob, call) {
      if (blob.kind === 'index') return await files.put(blob, call)
      const parameters = { 'pin-roots': 'false', stats: 'true' }
      const answers = await rpc.lines('dag/import', parameters, call, withRoot(blob.read()))
      const told = answers.map((answer) => importSchema.parse(answer))
      const failed = told.some(({ Root: root }) => root?.PinErrorMsg !== undefined && root.PinErrorMsg !== '')
      if (failed || told.every(({ Stats: stats }) => stats === undefined)) {
        throw new GantryError('unavailable', 'The Kubo node did not import the shard.')
      }
      await home.writeJson(importedPath(blob), { size: blob.size }, call)
    },
    async read(blob, range, call) {
      if (blob.kind === 'index') return await files.read(blob, range, call)
      throw new GantryError('unsupported', 'A Kubo node keeps blocks, and no shards to be read or checked as such.')
    },
    async remove(blob, call) {
      // The blocks go when the node collects what nothing pins.
      if (blob.kind === 'index') await files.remove(blob, call)
      else await home.remove(importedPath(blob), call)
    },
    async *list(call) {
      for await (const { path } of store.list({ prefix: 'imported' }, call)) {
        const name = /^imported\/(\w+)\.json$/u.exec(path)?.[1]
        if (name !== undefined) yield { cid: parseCid(name), size: 0, kind: 'shard' }
      }
      for await (const blob of files.list(call)) if (blob.kind === 'index') yield blob
    },
    async publish({ root }, call) {
      await rpc.ask('pin/add', { arg: root.toString(), recursive: 'true' }, call)
      await pinning?.add(root.toString(), call)
    },
    async unpublish({ root }, call) {
      await pinning?.remove(root.toString(), call)
      try {
        await rpc.ask('pin/rm', { arg: root.toString(), recursive: 'true' }, call)
      } catch (error) {
        if (!isGantryError(error) || error.code !== 'not_found') throw error
      }
    },
  }
}

function importedPath({ cid }: Blob): string {
  return `imported/${cid.toString()}.json`
}

/** The shard with its first block for a root: not all importers take CARs that have none. */
async function* withRoot(body: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  let held = Buffer.alloc(0)
  let begun = false
  for await (const chunk of body) {
    if (begun) {
      yield chunk
      continue
    }
    held = Buffer.concat([held, chunk])
    if (held.length < carHeader.length + longestHead) continue
    yield* begin(held)
    begun = true
  }
  if (!begun) yield* begin(held)
}

function* begin(held: Buffer): Generator<Uint8Array, void, undefined> {
  const rest = held.subarray(carHeader.length)
  const { cid } = readSectionHead(rest, 0)
  const header = dagCbor.encode({ roots: [cid], version: 1 })
  yield Buffer.concat([encodeVarint(header.length), header])
  yield rest
}
