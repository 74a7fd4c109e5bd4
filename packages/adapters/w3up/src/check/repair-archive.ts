import { createHash } from 'node:crypto'

import { bytesOf, type Call, throwIfCancelled } from '@gantry/core/driver'
import { CID } from 'multiformats/cid'

import type { Archive } from '../archive/archive.ts'
import type { UnitRecord } from '../manifest/unit-record.ts'
import { carHeader, sectionHead } from '../pack/car.ts'
import { cidOfDigest, codec, hexOf, isBlockOf, parseCid } from '../pack/cid.ts'
import { type DagIndex, encodeDagIndex, type ShardSlices } from '../pack/dag-index.ts'
import { decodeNode } from '../pack/dag-pb.ts'
import { BlockReader } from '../read/block-reader.ts'
import { CarSource, indexBlob, readIndex, scanShards, shardBlob } from '../read/car-source.ts'
import type { Blob, ShardStore } from '../shards/shard-store.ts'
import { stageBody } from '../staging/staging.ts'
import { scanShard } from '../read/scan-shard.ts'

/** A blob that was damaged or missing. */
export interface Repaired {
  readonly unit: string
  /** Its CID; or the path of a record or key in the home that cannot be read, which only a backup brings back. */
  readonly blob: string
  /** Whether its very bytes are there again. */
  readonly repaired: boolean
}

/**
 * Makes blobs anew that are not what their names say: block by block, from what is right here, in other locations, and at
 * gateways. Nothing is put that has not exactly the bytes that its name says.
 */
export async function* repairArchive(
  archive: Archive,
  others: readonly ShardStore[],
  call: Call,
): AsyncGenerator<Repaired, void, undefined> {
  await archive.catalogue.refresh(call)
  // They are no blobs: nothing here, and nobody's gateway, has what they held. The rest is looked after all the same.
  for (const { unit, error } of archive.catalogue.troubles) yield { unit, blob: error.path ?? unit, repaired: false }
  const done = new Set<string>()
  for (const { record } of archive.catalogue.units) {
    const { unit } = record
    const broken: Blob[] = []
    for (const blob of record.shards.map((shard) => shardBlob(shard))) {
      const name = blob.cid.toString()
      if (!done.has(name) && !(await isRight(archive.shards, blob, call))) broken.push(blob)
      done.add(name)
    }
    const own = await orNothing(call, async () => await readIndex(archive.shards, record, call))
    const index = own ?? (await findIndex(archive, others, record, call))
    if (own === undefined)
      yield { unit, blob: record.index.cid, repaired: await putIndex(archive, record, index, call) }
    if (broken.length === 0) continue
    const sources = others.map((place) => new CarSource(place, record))
    const reader = new BlockReader(new CarSource(archive.shards, record), [...sources, ...archive.others])
    const codecs = await orNothing(call, async () => await codecsBelow(reader, parseCid(record.root), call))
    for (const blob of broken) {
      const slices = index?.shards.get(blob.cid.toString())
      const known = slices !== undefined && codecs !== undefined
      const repaired = known && (await rebuild(archive, reader, blob, { slices, codecs }, call))
      yield { unit, blob: blob.cid.toString(), repaired }
    }
  }
}

/** From another location; else from the shards, as far as they can be read. */
async function findIndex(
  archive: Archive,
  others: readonly ShardStore[],
  record: UnitRecord,
  call: Call,
): Promise<DagIndex | undefined> {
  for (const place of others) {
    const index = await orNothing(call, async () => await readIndex(place, record, call))
    if (index !== undefined) return index
  }
  return await orNothing(call, async () => {
    return { content: parseCid(record.root), shards: await scanShards(archive.shards, record, call) }
  })
}

async function putIndex(
  archive: Archive,
  record: UnitRecord,
  index: DagIndex | undefined,
  call: Call,
): Promise<boolean> {
  if (index === undefined) return false
  const bytes = encodeDagIndex(index)
  const blob = indexBlob(record.index)
  if (!isBlockOf(blob.cid, bytes)) return false
  await archive.shards.put({ ...blob, read: () => bytesOf(bytes) }, call)
  return true
}

interface Layout {
  readonly slices: ShardSlices
  readonly codecs: ReadonlyMap<string, number>
}

async function rebuild(
  archive: Archive,
  reader: BlockReader,
  blob: Blob,
  { slices, codecs }: Layout,
  call: Call,
): Promise<boolean> {
  const inOrder = [...slices].sort(([, a], [, b]) => a.offset - b.offset)
  const hash = createHash('sha256')
  async function* sections() {
    hash.update(carHeader)
    yield carHeader
    for (const [sha256] of inOrder) {
      const cid = cidOfDigest(codecs.get(sha256) ?? codec.raw, Buffer.from(sha256, 'hex'))
      const bytes = await reader.block(cid, call)
      for (const part of [sectionHead(cid, bytes.length), bytes]) {
        hash.update(part)
        yield part
      }
    }
  }
  const staged = await orNothing(call, async () => await stageBody(archive.staging, sections()))
  if (staged === undefined) return false
  try {
    if (Buffer.compare(hash.digest(), blob.cid.multihash.digest) !== 0) return false
    await archive.shards.put({ ...blob, read: () => staged.read() }, call)
    return true
  } finally {
    await staged.close()
  }
}

/** Of each block below a root, which an index does not tell. Blocks that the root does not lead to are leaves. */
async function codecsBelow(reader: BlockReader, root: CID, call: Call): Promise<ReadonlyMap<string, number>> {
  const codecs = new Map<string, number>()
  const left = [root]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (codecs.has(hexOf(next))) continue
    codecs.set(hexOf(next), next.code)
    if (next.code === codec.dagPb) left.push(...decodeNode(await reader.node(next, call)).links.map(({ cid }) => cid))
  }
  return codecs
}

async function isRight(shards: ShardStore, blob: Blob, call: Call): Promise<boolean> {
  const right = await orNothing(call, async () => {
    const scan = scanShard(shards, blob, call)
    let next = await scan.next()
    while (next.done !== true) next = await scan.next()
    return next.value.right && next.value.size === blob.size
  })
  return right === true
}

async function orNothing<Value>(call: Call, work: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await work()
  } catch {
    throwIfCancelled(call)
    return undefined
  }
}
