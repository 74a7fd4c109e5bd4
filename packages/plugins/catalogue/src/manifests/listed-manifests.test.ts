import { GantryError, Store } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'
import { memory } from '@gantry/memory'
import { phantom } from '@gantry/testkit/phantom'
import { nodeHashing } from '@gantry/transfer'
import { expect, test } from 'vitest'

import { archiveAll, filesIn, folderStore, put, restoreAll } from '../testing/archive-rig.ts'
import { all, temporaryCatalogue, temporaryFolder } from '../testing/temporary-catalogue.ts'
import { listedManifests } from './listed-manifests.ts'
import { rebuild } from './rebuild.ts'

const root = `bafybei${'c'.repeat(52)}`

/** A store that names its units in the versions of its entries, as one of CARs does. */
function packed({ damaged = false } = {}): Store {
  const inner = memory({ digests: { algorithms: ['sha256'], hashing: nodeHashing } })
  const named = <Named extends { readonly path: string }>(entry: Named) => ({
    ...entry,
    version: `${root}/${entry.path}`,
  })
  const driver: StoreDriver = {
    contract: 1,
    scheme: 'packed',
    abilities: { ...inner.abilities, resumable: undefined, parcels: undefined },
    codeOf: (error) => inner.codeOf(error),
    async *list(selection, call) {
      for await (const entry of inner.list(selection, call)) yield named(entry)
      if (damaged) yield { path: './records/1', refused: new GantryError('integrity', 'It is damaged.') }
    },
    stat: async (path, call) => named(await inner.stat(path, call)),
    async read({ path }, range, call) {
      const { entry, body } = await inner.read({ path }, range, call)
      return { entry: named(entry), body }
    },
    async write({ ifVersion: _version, ...entry }, body, call) {
      return named((await inner.write?.(entry, body, call)) ?? { path: entry.path })
    },
  }
  return new Store(driver)
}

test('restores by the CID of a unit, when the catalogue is lost and the store itself vouches for its bytes', async () => {
  const source = temporaryFolder()
  for await (const { path, bytes } of phantom({ size: 16, slices: 3 })) await put(source, path, bytes)
  const store = packed()
  const first = temporaryCatalogue()
  const request = { catalogue: first, from: folderStore(source), to: store, location: 'packed:' }
  await archiveAll({ ...request, session: { name: 's' } })
  expect(await all(first.receipts(await first.find(root)))).toHaveLength(3)

  const catalogue = temporaryCatalogue()
  const told = listedManifests(store, { now: () => 1 })
  expect(await rebuild({ catalogue, source: told, location: 'packed:', who: 'ada' })).toMatchObject({ receipts: 3 })
  const target = await catalogue.find(root)
  expect(target.kind).toBe('cid')
  const to = temporaryFolder()
  expect(await restoreAll({ catalogue, target, from: store, location: 'packed:', to: folderStore(to) })).toMatchObject({
    failed: 0,
    done: 3,
  })
  expect(await filesIn(to)).toEqual(await filesIn(source))
})

test('tells of all that is listed beside a damaged record, and that there is one', async () => {
  const source = temporaryFolder()
  for await (const { path, bytes } of phantom({ size: 16, slices: 3 })) await put(source, path, bytes)
  const store = packed({ damaged: true })
  const from = folderStore(source)
  await archiveAll({ catalogue: temporaryCatalogue(), from, to: store, location: 'packed:', session: { name: 's' } })
  const catalogue = temporaryCatalogue()
  const told = listedManifests(store, { now: () => 1 })
  const rebuilt = await rebuild({ catalogue, source: told, location: 'packed:', who: 'ada' })
  expect(rebuilt).toMatchObject({ receipts: 3, unreadable: 1 })
})
