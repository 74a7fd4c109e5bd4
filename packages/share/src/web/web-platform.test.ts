import { type Entry, GantryError, Store } from '@gantry/core'
import { type StoreDriver, withCalls } from '@gantry/core/driver'
import { memory, MemoryContents } from '@gantry/memory'
import { expect, test } from 'vitest'

import { dicomInputs, GantryRig, loadWorkspace, valueOf } from '../testing/gantry-rig.ts'
import { storeCatalogue } from './store-catalogue.ts'
import { webHashing } from './web-hashing.ts'
import { webPlatform } from './web-platform.ts'

const openHubStore = () => memory()

/** A store whose writes fail as they are told to. */
function troubled(contents: MemoryContents, fail: () => GantryError | undefined): StoreDriver {
  const driver = memory({ contents })
  return withCalls(driver, {
    async write(...given) {
      const error = fail()
      if (error !== undefined) throw error
      return (await driver.write?.(...given)) as Entry
    },
  })
}

test('shares and opens, as the platform of Node does', async () => {
  const rig = new GantryRig({ platform: webPlatform({ openHubStore }) })
  const { workspace } = await loadWorkspace(rig.gantry)
  valueOf(await rig.gantry.workspace.ensureSources(workspace))
  const json = valueOf(await rig.gantry.workspace.serialize(workspace))
  const { secret } = valueOf(await rig.gantry.storage.uploadMetadata(json))
  const theirs = rig.another()
  const [restored] = valueOf(
    await theirs.workspace.loadFromSerialization(valueOf(await theirs.storage.loadMetadata(secret))),
  )
  expect(restored?.state.title).toBe('A case')
  expect((await theirs.med.describe(restored!.volumes[0]!)).value?.dimensions).toEqual([16, 16, 3])
})

test('what is busy is tried again, what is refused is told, and the next page sends what is missing', async () => {
  const contents = new MemoryContents()
  let writes = 0
  const driver = troubled(contents, () => {
    writes += 1
    if (writes === 1) return new GantryError('rate_limited', 'busy')
    return writes === 4 ? new GantryError('permission_denied', 'no') : undefined
  })
  const kept = new Store(memory())
  const options = { platform: webPlatform({ openHubStore, concurrency: 1 }), catalogue: storeCatalogue(kept) }
  const rig = new GantryRig(options, driver)
  const inputs = await dicomInputs({ slices: 4 })
  const [volume] = valueOf(await rig.gantry.med.loadFromFiles(inputs))
  const first = await rig.gantry.med.ensureSources([volume!])
  expect(first.error?.code).toBe('permission_denied')
  expect(writes).toBe(5)
  expect(contents.entries.size).toBe(3)
  // Another page: only the catalogue is left.
  const next = rig.another({ ...options, catalogue: storeCatalogue(kept) })
  const [again] = valueOf(await next.med.loadFromFiles(inputs))
  valueOf(await next.med.ensureSources([again!]))
  expect(writes).toBe(6)
  expect(contents.entries.size).toBe(4)
})

test('a copy is stopped at once', async () => {
  const controller = new AbortController()
  const driver = troubled(new MemoryContents(), () => {
    controller.abort()
    return undefined
  })
  const rig = new GantryRig({ platform: webPlatform({ openHubStore }) }, driver)
  const [volume] = valueOf(await rig.gantry.med.loadFromFiles(await dicomInputs()))
  const stopped = await rig.gantry.med.ensureSources([volume!], { signal: controller.signal })
  expect(stopped.error?.code).toBe('cancelled')
})

test('a damaged catalogue knows nothing', async () => {
  const store = new Store(memory())
  const catalogue = storeCatalogue(store)
  const source = { fingerprint: 'f', store: 's', identity: 'i', header: 'aGk=', objects: [], complete: true }
  await catalogue.save(source)
  expect(await catalogue.find('f', 's')).toEqual(source)
  expect(await catalogue.find('f', 'other')).toBeUndefined()
  for await (const { path } of store.list()) {
    await store.write(
      { path, size: 1 },
      (async function* () {
        yield new Uint8Array([123])
      })(),
    )
  }
  expect(await catalogue.find('f', 's')).toBeUndefined()
})

test('SHA-256 chunk by chunk, and of what came so far', () => {
  const hasher = webHashing('sha256')
  hasher?.update(new TextEncoder().encode('ab'))
  const copy = hasher?.copy()
  hasher?.update(new TextEncoder().encode('c'))
  expect(hasher?.digest()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(copy?.digest()).toBe('fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603')
  expect(webHashing('md5')).toBeUndefined()
})
