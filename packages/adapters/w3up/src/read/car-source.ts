import { type Bytes, type Call, collect, GantryError } from '@gantry/core/driver'
import { sharedLoad } from '@gantry/http'
import type { CID } from 'multiformats/cid'

import { longestBlock } from '../pack/car.ts'
import { isBlockOf, parseCid } from '../pack/cid.ts'
import { type DagIndex, decodeDagIndex } from '../pack/dag-index.ts'
import type { Blob, ShardStore } from '../shards/shard-store.ts'
import type { Place, RunSource } from './block-source.ts'

const longestIndex = 256 * 1024 * 1024

/** The blobs of one DAG, as they are named outside. */
export interface UnitBlobs {
  readonly shards: readonly { readonly cid: string; readonly size: number }[]
  readonly index: { readonly cid: string; readonly size: number }
}

export function shardBlob({ cid, size }: { readonly cid: string; readonly size: number }): Blob {
  return { cid: parseCid(cid), size, kind: 'shard' }
}

export function indexBlob({ cid, size }: { readonly cid: string; readonly size: number }): Blob {
  return { ...shardBlob({ cid, size }), kind: 'index' }
}

/** Reads the index of a DAG; `integrity` where its bytes are not those of its name. */
export async function readIndex(shards: ShardStore, { index }: UnitBlobs, call: Call): Promise<DagIndex> {
  const blob = indexBlob(index)
  const bytes = await collect(await shards.read(blob, { start: 0, end: blob.size }, call), longestIndex)
  if (!isBlockOf(blob.cid, bytes)) throw new GantryError('integrity', 'The index of an archived unit was changed.')
  return decodeDagIndex(bytes)
}

/** The blocks of a unit, by its index and ranges of its shards. */
export class CarSource implements RunSource {
  readonly name: string
  readonly #store: ShardStore
  readonly #blobs: UnitBlobs
  /** Any number of readers wait for it, and none of them may end it for the others. */
  readonly #places: (call: Call) => Promise<ReadonlyMap<string, Place>>

  constructor(store: ShardStore, blobs: UnitBlobs) {
    this.name = store.name
    this.#store = store
    this.#blobs = blobs
    this.#places = sharedLoad((call) => this.#load(call))
  }

  async locate(cid: CID, call: Call): Promise<Place | undefined> {
    return (await this.#places(call)).get(Buffer.from(cid.multihash.digest).toString('hex'))
  }

  async block(cid: CID, call: Call): Promise<Uint8Array | undefined> {
    const place = await this.locate(cid, call)
    if (place === undefined) return undefined
    const { offset, size, file } = place
    return await collect(await this.readRun(file, { start: offset, end: offset + size }, call), size)
  }

  async readRun(file: string, range: { readonly start: number; readonly end: number }, call: Call): Promise<Bytes> {
    const shard = this.#blobs.shards.find(({ cid }) => cid === file)
    if (shard === undefined) throw new GantryError('integrity', 'An index names a shard that its unit does not have.')
    return await this.#store.read(shardBlob(shard), range, call)
  }

  async #load(call: Call): Promise<ReadonlyMap<string, Place>> {
    const places = new Map<string, Place>()
    const sizes = new Map(this.#blobs.shards.map(({ cid, size }) => [cid, size]))
    const index = await readIndex(this.#store, this.#blobs, call)
    for (const [file, slices] of index.shards) {
      const end = sizes.get(file) ?? 0
      for (const [sha256, { offset, size }] of slices) {
        if (size <= longestBlock && offset + size <= end) places.set(sha256, { file, offset, size })
      }
    }
    return places
  }
}
