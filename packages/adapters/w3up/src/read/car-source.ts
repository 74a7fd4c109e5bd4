import { type Bytes, type Call, collect, GantryError, isGantryError } from '@gantry/core/driver'
import { sharedLoad } from '@gantry/http'
import type { CID } from 'multiformats/cid'

import { longestBlock } from '../pack/car.ts'
import { hexOf, isBlockOf, parseCid } from '../pack/cid.ts'
import { type DagIndex, decodeDagIndex, type Position, type ShardSlices } from '../pack/dag-index.ts'
import type { Blob, ShardStore } from '../shards/shard-store.ts'
import type { Place, RunSource } from './block-source.ts'
import { scanShard } from './scan-shard.ts'

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

/** The blocks of a unit, by its index and ranges of its shards; where the index is lost, by one scan of these. */
export class CarSource implements RunSource {
  readonly name: string
  readonly #store: ShardStore
  readonly #blobs: UnitBlobs
  /** Any number of readers wait for it, and none of them may end it for the others. */
  readonly #places: (call: Call) => Promise<ReadonlyMap<string, Place>>
  /** Why the index could not be read. */
  #indexLost: GantryError | undefined

  constructor(store: ShardStore, blobs: UnitBlobs) {
    this.name = store.name
    this.#store = store
    this.#blobs = blobs
    this.#places = sharedLoad((call) => this.#load(call))
  }

  /** After anything was read: its index is missing or damaged. */
  get isIndexLost(): boolean {
    return this.#indexLost !== undefined
  }

  async locate(cid: CID, call: Call): Promise<Place | undefined> {
    return (await this.#places(call)).get(hexOf(cid))
  }

  async block(cid: CID, call: Call): Promise<Uint8Array | undefined> {
    const place = await this.locate(cid, call)
    if (place === undefined) {
      if (this.#indexLost === undefined) return undefined
      throw lost('The index of an archived unit is lost, and none of its shards that can be read has a block.', {
        cause: this.#indexLost,
      })
    }
    const { offset, size, file } = place
    return await collect(await this.readRun(file, { start: offset, end: offset + size }, call), size)
  }

  async readRun(file: string, range: { readonly start: number; readonly end: number }, call: Call): Promise<Bytes> {
    const shard = this.#blobs.shards.find(({ cid }) => cid === file)
    if (shard === undefined) throw new GantryError('integrity', 'An index names a shard that its unit does not have.')
    try {
      return await this.#store.read(shardBlob(shard), range, call)
    } catch (cause) {
      // The entry is known, and its bytes are gone.
      if (!isGantryError(cause) || cause.code !== 'not_found') throw cause
      throw lost('A shard of an archived unit is not there.', { cause })
    }
  }

  async #load(call: Call): Promise<ReadonlyMap<string, Place>> {
    const places = new Map<string, Place>()
    const sizes = new Map(this.#blobs.shards.map(({ cid, size }) => [cid, size]))
    for (const [file, slices] of await this.#slices(call)) {
      const end = sizes.get(file) ?? 0
      for (const [sha256, { offset, size }] of slices) {
        if (size <= longestBlock && offset + size <= end) places.set(sha256, { file, offset, size })
      }
    }
    return places
  }

  async #slices(call: Call): Promise<DagIndex['shards']> {
    this.#indexLost = undefined
    const read = async () => (await readIndex(this.#store, this.#blobs, call)).shards
    try {
      return await read().catch(async (error: unknown) => {
        if (!isPassing(error)) throw error
        return await read()
      })
    } catch (error) {
      if (!isLost(error)) throw error
      this.#indexLost = error
      return await scanShards(this.#store, this.#blobs, call)
    }
  }
}

/**
 * What lies where, by the shards themselves; without those of them that are lost as well. Fails where one ends short each
 * time: what is behind is not known to be lost.
 */
export async function scanShards(
  store: ShardStore,
  { shards }: UnitBlobs,
  call: Call,
): Promise<ReadonlyMap<string, ShardSlices>> {
  const found = new Map<string, ShardSlices>()
  for (const shard of shards) {
    const slices = new Map<string, Position>()
    const blob = shardBlob(shard)
    let seen = await scanInto(slices, store, blob, call)
    if (seen === 'changed' || seen === 'short') seen = await scanInto(slices, store, blob, call)
    if (seen === 'short') {
      throw new GantryError('unavailable', 'A shard of an archived unit ends before its end.')
    }
    if (slices.size > 0) found.set(shard.cid, slices)
  }
  return found
}

/** How much came of it: `short` is less than was promised, `changed` other bytes, and `lost` what no further read brings. */
async function scanInto(
  slices: Map<string, Position>,
  store: ShardStore,
  blob: Blob,
  call: Call,
): Promise<'whole' | 'changed' | 'short' | 'lost'> {
  slices.clear()
  const scan = scanShard(store, blob, call)
  try {
    let next = await scan.next()
    for (; next.done !== true; next = await scan.next()) {
      const { cid, offset, size } = next.value
      slices.set(hexOf(cid), { offset, size })
    }
    if (next.value.right) return 'whole'
    return next.value.size < blob.size ? 'short' : 'changed'
  } catch (error) {
    if (!isLost(error)) throw error
    return isPassing(error) ? 'short' : 'lost'
  }
}

/** A body that was cut off on its way is `integrity` as well, and may come whole when it is asked for again. */
function isPassing(error: unknown): boolean {
  return isGantryError(error) && error.code === 'integrity' && error.retryable
}

/** A blob is not there, or is not what its name says; and no place that does not answer. */
function isLost(error: unknown): error is GantryError {
  return isGantryError(error) && (error.code === 'not_found' || error.code === 'integrity')
}

/** Asked again, it says the same. */
function lost(message: string, { cause }: { readonly cause: unknown }): GantryError {
  return new GantryError('integrity', message, { cause, retryable: false })
}
