import { createHash, type Hash } from 'node:crypto'

import type { CID } from 'multiformats/cid'

import type { StagedFile, Staging } from '../staging/staging.ts'
import { carHeader, sectionHead, sectionSize } from './car.ts'
import { type Block, cidOfDigest, codec } from './cid.ts'
import type { Position } from './dag-index.ts'

/** Bytes of a shard at most: what w3up clients make, 127 MiB, which fits into the pieces of Filecoin. */
export const defaultShardSize = 133_169_152

/** A CAR that is complete, and named by its bytes. */
export interface PackedShard {
  readonly cid: CID
  readonly size: number
  /** By SHA-256 in hexadecimal. */
  readonly slices: ReadonlyMap<string, Position>
  /** To be closed by who takes the shard. */
  readonly file: StagedFile
}

export interface ShardPackerOptions {
  readonly staging: Staging
  readonly shardSize: number
  /** Takes a shard over as soon as it is complete; nothing is packed meanwhile. */
  readonly onShard: (shard: PackedShard) => Promise<void>
}

interface OpenShard {
  readonly file: StagedFile
  /** On this thread: digests of leaves are computed on others meanwhile. */
  readonly hash: Hash
  readonly slices: Map<string, Position>
}

/** Frames blocks into CAR shards, one at a time. A block that a shard has already is not put into it again. */
export class ShardPacker {
  readonly #options: ShardPackerOptions
  #open: OpenShard | undefined
  /** Of the last block: so that the next one can be made meanwhile. */
  #writing: Promise<void> | undefined

  constructor(options: ShardPackerOptions) {
    this.#options = options
  }

  /** The block's bytes must stay as they are until the next but one was added, or a shard was taken. */
  async add({ cid, bytes }: Block): Promise<void> {
    const key = Buffer.from(cid.multihash.digest).toString('hex')
    if (this.#open?.slices.has(key) === true) return await this.settle()
    const size = sectionSize(cid, bytes.length)
    if (this.#open !== undefined && this.#open.file.size + size > this.#options.shardSize) await this.finish()
    const open = (this.#open ??= await this.#begin())
    const head = sectionHead(cid, bytes.length)
    open.slices.set(key, { offset: open.file.size + head.length, size: bytes.length })
    await this.settle()
    this.#writing = open.file.append([head, bytes])
    // Told where it is awaited.
    this.#writing.catch(() => {})
    open.hash.update(head)
    open.hash.update(bytes)
  }

  /** Completes the shard that is open, if one is. */
  async finish(): Promise<void> {
    const open = this.#open
    if (open === undefined) return
    await this.settle()
    this.#open = undefined
    const { file, hash, slices } = open
    try {
      const cid = cidOfDigest(codec.car, hash.digest())
      await this.#options.onShard({ cid, size: file.size, slices, file })
    } finally {
      await file.close()
    }
  }

  /** Throws away the shard that is open. */
  async abandon(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await this.#writing?.catch(() => {})
    await open?.file.close()
  }

  /** Waits until the last block's bytes are needed no more: also who leaves a block out has to. */
  async settle(): Promise<void> {
    const writing = this.#writing
    this.#writing = undefined
    await writing
  }

  async #begin(): Promise<OpenShard> {
    const hash = createHash('sha256')
    const file = await this.#options.staging.create()
    hash.update(carHeader)
    await file.append([carHeader])
    return { file, hash, slices: new Map() }
  }
}
