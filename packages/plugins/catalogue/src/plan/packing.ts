import type { Entry } from '@gantry/core'

import { Amounts } from './estimate.ts'
import type { PriceLine } from './price-line.ts'

/** How entries lie in a place: each by itself; those of a study in shards; or those of a series in a tar. */
export type Packing = 'entries' | 'shards' | 'tars'

const packings: Readonly<Record<string, Packing>> = { car: 'shards', w3up: 'shards', ipfs: 'shards', cod: 'tars' }

/** Of a remote, by its URL. */
export function packingOf(url: string): Packing {
  return packings[/^([a-z0-9.-]+)\+/u.exec(url)?.[1] ?? ''] ?? 'entries'
}

interface Group {
  bytes: number
  entries: number
}

/** What stands before a file in a tar, and behind it, at most. */
const tarOverhead = 1024
/** What is kept of a header beside a tar, more or less, and where everything is in it. */
const metadataBytes = 2048
const indexBytes = 128
/** A record, an index or a key of what is in shards, more or less. */
const recordBytes = 4096
const recordsOfStudy = 3

/** What is to be archived, by study and by series: as headers tell where they are read anyway, else by folders. */
export class Gathered {
  readonly #studies = new Map<string, Group>()
  readonly #series = new Map<string, Group>()

  add({ path, image }: Pick<Entry, 'path' | 'image'>, size: number): void {
    const folders = path.split('/').slice(0, -1)
    addTo(this.#studies, image?.studyInstanceUID ?? folders[0] ?? '', size)
    addTo(this.#series, image?.seriesInstanceUID ?? folders.join('/'), size)
  }

  /** Objects that are written, where they are packed so. `shardSize`: bytes of a shard at most. */
  amounts(lines: readonly PriceLine[], packing: Exclude<Packing, 'entries'>, shardSize: number): Amounts {
    const amounts = new Amounts(lines)
    if (packing === 'tars') {
      for (const { bytes, entries } of this.#series.values()) {
        amounts.add(bytes + entries * tarOverhead)
        amounts.add(entries * metadataBytes)
        amounts.add(entries * indexBytes)
      }
      return amounts
    }
    for (const { bytes } of this.#studies.values()) {
      for (let left = bytes; left > 0; left -= shardSize) amounts.add(Math.min(left, shardSize))
      for (let record = 0; record < recordsOfStudy; record += 1) amounts.add(recordBytes)
    }
    return amounts
  }
}

function addTo(groups: Map<string, Group>, name: string, size: number): void {
  const group = groups.get(name) ?? { bytes: 0, entries: 0 }
  group.bytes += size
  group.entries += 1
  groups.set(name, group)
}
