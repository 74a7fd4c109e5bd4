import { bytesOf, type Entry, Store, type StoreDriver } from '@gantry/core'

const size = 16

/** A store of many tiny entries that are made up as they are asked for. */
export function syntheticStore(entries: number): Store {
  const entryOf = (index: number): Entry => {
    const study = String(Math.floor(index / 500)).padStart(6, '0')
    const path = `studies/${study}/1.2.826.0.1.3680043.8.498.${String(index).padStart(12, '0')}.dcm`
    return { path, size, version: `v${index}`, modified: 1_700_000_000_000 + index }
  }
  return new Store(
    driver('synthetic', async function* list() {
      for (let index = 0; index < entries; index += 1) yield entryOf(index)
    }),
  )
}

/** A store that keeps nothing. */
export function nowhere(): Store {
  return new Store(driver('nowhere', async function* list() {}))
}

function driver(scheme: string, list: StoreDriver['list']): StoreDriver {
  const body = new Uint8Array(size)
  return {
    contract: 1,
    scheme,
    abilities: {
      write: true,
      remove: true,
      conditional: false,
      versions: false,
      digests: [],
      modified: 'stored',
      order: 'path',
      longestPath: 1024,
      longestSegment: 255,
    },
    list,
    stat: (path) => Promise.resolve({ path, size }),
    read: ({ path }) => Promise.resolve({ entry: { path, size }, body: bytesOf(body) }),
    async write(entry, chunks) {
      for await (const _ of chunks);
      return { path: entry.path, size }
    },
    codeOf: () => undefined,
  }
}
