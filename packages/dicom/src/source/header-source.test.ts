import { type Abilities, type Entry, Store, type StoreDriver } from '@gantry/core'
import { expect, test } from 'vitest'

import { sampleBytes, sampleIdentity } from '../../samples/sample-files.ts'
import { readIdentity } from '../header/read-image.ts'
import { entrySource } from './entry-source.ts'
import { blobSource } from './header-source.ts'

const bytes = sampleBytes('JPEG')

test('a Blob, as browsers have it', async () => {
  expect(await readIdentity(blobSource(new Blob([bytes])))).toMatchObject(sampleIdentity)
})

const abilities: Abilities = {
  write: false,
  remove: false,
  conditional: false,
  versions: true,
  digests: [],
  modified: 'stored',
  order: 'none',
  longestPath: 1000,
  longestSegment: 100,
}

/** One entry, whose version is what it is told to be. */
function storeOf(versionNow: () => string): Store {
  const entry = (): Entry => ({ path: 'a.dcm', size: bytes.length, version: versionNow() })
  const driver: StoreDriver = {
    contract: 1,
    scheme: 'one',
    abilities,
    async *list() {
      yield entry()
    },
    stat: () => Promise.resolve(entry()),
    read(ref, range) {
      if (ref.version !== undefined && ref.version !== versionNow()) return Promise.reject(new Error('changed'))
      async function* body() {
        yield bytes.subarray(range?.start, range?.end)
      }
      return Promise.resolve({ entry: entry(), body: body() })
    },
    remove: () => Promise.reject(new Error('no')),
    codeOf: (error) => (error instanceof Error && error.message === 'changed' ? 'precondition_failed' : undefined),
  }
  return new Store(driver)
}

test('an entry of a store, of one version throughout', async () => {
  let reads = 0
  const steady = storeOf(() => '1')
  const entry = await steady.stat('a.dcm')
  expect(await readIdentity(entrySource(steady, entry), { firstRead: 256 })).toMatchObject(sampleIdentity)
  const changing = storeOf(() => {
    reads += 1
    return reads > 6 ? '2' : '1'
  })
  await expect(readIdentity(entrySource(changing, entry), { firstRead: 256 })).rejects.toMatchObject({
    code: 'precondition_failed',
  })
})
