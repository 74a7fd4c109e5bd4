import type { UnitRecord } from '../manifest/unit-record.ts'
import { BlockReader } from '../read/block-reader.ts'
import type { BlockSource } from '../read/block-source.ts'
import { CarSource } from '../read/car-source.ts'
import type { ShardStore } from '../shards/shard-store.ts'

/** Indexes of as many units are held. */
const most = 16

/** How the blocks of a unit are read. */
interface Reading {
  readonly reader: BlockReader
  readonly source: CarSource
}

/** A reader a unit, those that were used last: each holds the index of its unit. */
export class Readers {
  readonly #shards: ShardStore
  readonly #others: readonly BlockSource[]
  readonly #readings = new Map<string, Reading>()

  constructor(shards: ShardStore, others: readonly BlockSource[]) {
    this.#shards = shards
    this.#others = others
  }

  of(record: UnitRecord): Reading {
    const key = record.index.cid
    const reading = this.#readings.get(key) ?? this.#begin(record)
    this.#readings.delete(key)
    this.#readings.set(key, reading)
    for (const [oldest] of this.#readings) {
      if (this.#readings.size <= most) break
      this.#readings.delete(oldest)
    }
    return reading
  }

  /** Blobs are not what they were: what was not there may be. */
  forget(): void {
    this.#readings.clear()
  }

  #begin(record: UnitRecord): Reading {
    const source = new CarSource(this.#shards, record)
    return { source, reader: new BlockReader(source, this.#others) }
  }
}
