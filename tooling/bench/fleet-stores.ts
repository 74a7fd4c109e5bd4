import { setTimeout as sleep } from 'node:timers/promises'

import { bytesOf, type Entry, Store, type StoreDriver } from '@gantry/core'
import { nodeHashing } from '@gantry/transfer'

const size = 64

/** So many studies of so many entries, that are made up as they are asked for, and a place that tells digests of what it forgets. */
export function fleetStores(
  studies: number,
  each: number,
  /** Milliseconds that every call takes. */
  latency: number,
): { readonly from: Store; readonly to: Store } {
  const wait = async () => void (latency > 0 && (await sleep(latency)))
  const from = driver(wait, async function* list() {
    for (let study = 0; study < studies; study += 1) {
      for (let index = 0; index < each; index += 1) yield entryOf(study, index)
    }
  })
  return { from: new Store(from), to: new Store(driver(wait, async function* list() {})) }
}

function entryOf(study: number, index: number): Entry {
  const root = `1.2.826.0.1.3680043.8.498.${100_000_000 + study}`
  const image = {
    studyInstanceUID: root,
    seriesInstanceUID: `${root}.1`,
    sopInstanceUID: `${root}.1.${index}`,
    sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
  }
  return { path: `studies/${root}/${root}.1/${image.sopInstanceUID}.dcm`, size, version: '1', modified: 1.7e12, image }
}

/** By its path: no two the same. */
function contentOf(path: string): Uint8Array {
  return new TextEncoder().encode(path.slice(-size).padEnd(size))
}

function driver(wait: () => Promise<void>, list: StoreDriver['list']): StoreDriver {
  return {
    contract: 1,
    scheme: 'made',
    abilities: {
      write: true,
      remove: true,
      conditional: false,
      versions: false,
      digests: ['sha256'],
      modified: 'stored',
      order: 'path',
      longestPath: 1024,
      longestSegment: 255,
    },
    list,
    stat: (path) => Promise.resolve({ path, size }),
    async read({ path }) {
      await wait()
      return { entry: { path, size }, body: bytesOf(contentOf(path)) }
    },
    async write(entry, chunks) {
      await wait()
      const hasher = nodeHashing('sha256')
      for await (const chunk of chunks) hasher?.update(chunk)
      return { path: entry.path, size, digests: { sha256: hasher?.digest() ?? '' } }
    },
    codeOf: () => undefined,
  }
}
