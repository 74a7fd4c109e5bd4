import type { UnitRecord } from '../manifest/unit-record.ts'
import { BlockReader } from '../read/block-reader.ts'
import type { BlockSource } from '../read/block-source.ts'
import { CarSource } from '../read/car-source.ts'
import type { ShardStore } from '../shards/shard-store.ts'

/** Indexes of as many units are held. */
const most = 16

/** A reader a unit, those that were used last: each holds the index of its unit. */
export class Readers {
  readonly #shards: ShardStore
  readonly #others: readonly BlockSource[]
  readonly #readers = new Map<string, BlockReader>()

  constructor(shards: ShardStore, others: readonly BlockSource[]) {
    this.#shards = shards
    this.#others = others
  }

  of(record: UnitRecord): BlockReader {
    const key = record.index.cid
    const reader = this.#readers.get(key) ?? new BlockReader(new CarSource(this.#shards, record), this.#others)
    this.#readers.delete(key)
    this.#readers.set(key, reader)
    for (const [oldest] of this.#readers) {
      if (this.#readers.size <= most) break
      this.#readers.delete(oldest)
    }
    return reader
  }
}
