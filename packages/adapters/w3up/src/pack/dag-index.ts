import { GantryError } from '@gantry/core/driver'
import * as dagCbor from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'

import { cidOf, codec, hexOf } from './cid.ts'
import { encodeVarint, readVarint } from './varint.ts'

const version = 'index/sharded/dag@0.1'

/** Where a block lies in a shard. */
export interface Position {
  readonly offset: number
  readonly size: number
}

/** The blocks of one shard, by their SHA-256 in hexadecimal. */
export type ShardSlices = ReadonlyMap<string, Position>

/** An index of a DAG in shards: of each, by the text of its CID, where its blocks lie. */
export interface DagIndex {
  readonly content: CID
  readonly shards: ReadonlyMap<string, ShardSlices>
}

/**
 * The index as w3up services keep it (`index/sharded/dag@0.1`): a CAR of one DAG-CBOR block a shard, and a root that names
 * them; always the same bytes for the same blocks.
 */
export function encodeDagIndex({ content, shards }: DagIndex): Uint8Array {
  const blocks = [...shards]
    .map(([shard, slices]) => ({ multihash: CID.parse(shard).multihash.bytes, slices }))
    .sort((a, b) => Buffer.compare(a.multihash, b.multihash))
    .map(({ multihash, slices }) => {
      const sorted = [...slices].sort(([a], [b]) => (a < b ? -1 : 1))
      const list = sorted.map(([sha256, { offset, size }]) => [multihashOf(sha256), [offset, size]])
      return block(dagCbor.encode([multihash, list]))
    })
  const root = block(dagCbor.encode({ [version]: { content, shards: blocks.map(({ cid }) => cid) } }))
  const header = dagCbor.encode({ version: 1, roots: [root.cid] })
  const sections = [...blocks, root].flatMap(({ cid, bytes }) => [
    encodeVarint(cid.bytes.length + bytes.length),
    cid.bytes,
    bytes,
  ])
  return Buffer.concat([encodeVarint(header.length), header, ...sections])
}

/** Reads an index from outside; `integrity` for what is none. What it says has still to be proved by the blocks. */
export function decodeDagIndex(bytes: Uint8Array): DagIndex {
  try {
    return decode(bytes)
  } catch (error) {
    throw new GantryError('integrity', 'The index of the shards cannot be read.', { cause: error })
  }
}

function decode(bytes: Uint8Array): DagIndex {
  const { value: headerLength, end } = readVarint(bytes, 0)
  const { roots } = dagCbor.decode<{ readonly roots: readonly CID[] }>(bytes.subarray(end, end + headerLength))
  const blocks = new Map<string, Uint8Array>()
  for (let at = end + headerLength; at < bytes.length;) {
    const { value: length, end: start } = readVarint(bytes, at)
    const [cid, rest] = CID.decodeFirst(bytes.subarray(start, start + length))
    blocks.set(cid.toString(), rest)
    at = start + length
  }
  const root = dagCbor.decode<Readonly<Record<string, { content: CID; shards: readonly CID[] } | undefined>>>(
    bytesOf(blocks, roots[0]),
  )[version]
  if (root === undefined) throw new TypeError('of another version')
  const shards = new Map<string, ShardSlices>()
  for (const link of root.shards) {
    const [multihash, list] = dagCbor.decode<readonly [Uint8Array, readonly (readonly [Uint8Array, unknown])[]]>(
      bytesOf(blocks, link),
    )
    const slices = list.map(
      ([slice, position]) => [hexOf({ multihash: Digest.decode(slice) }), positionOf(position)] as const,
    )
    shards.set(CID.createV1(codec.car, Digest.decode(multihash)).toString(), new Map(slices))
  }
  return { content: CID.asCID(root.content) ?? fail(), shards }
}

function positionOf(value: unknown): Position {
  const [offset, size] = Array.isArray(value) ? (value as readonly unknown[]) : []
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(size)) fail()
  if ((offset as number) < 0 || (size as number) < 0) fail()
  return { offset: offset as number, size: size as number }
}

function bytesOf(blocks: ReadonlyMap<string, Uint8Array>, cid: CID | undefined): Uint8Array {
  return blocks.get(String(cid)) ?? fail()
}

function fail(): never {
  throw new TypeError('a part is missing')
}

function multihashOf(sha256: string): Uint8Array {
  return Digest.create(0x12, new Uint8Array(Buffer.from(sha256, 'hex'))).bytes
}

function block(bytes: Uint8Array) {
  return { cid: cidOf(codec.dagCbor, bytes), bytes }
}
