import { openStore } from '@gantry/core'
import { describeStore } from '@gantry/testkit'
import { expect, test } from 'vitest'

import { myStore } from './my-store.ts'
import { myStoreAdapter } from './my-store-adapter.ts'
import { MyStoreService } from './service.ts'

// Every promise that a store of these abilities makes. CHANGE: a fresh, empty place for every test, of the real service.
describeStore({
  name: 'my-store',
  open: async () => {
    const service = new MyStoreService()
    return {
      driver: myStore({ service }),
      // The same place, as another process would open it.
      reopen: async () => myStore({ service }),
      // CHANGE: remove this line when the bytes are no longer kept in this process: then memory is watched, too.
      inMemory: true,
      // CHANGE: openMissing, openDenied and openUnauthenticated, and close, which removes the place.
    }
  },
})

test('is opened by its URL', async () => {
  const store = await openStore('my-store://a-test', [myStoreAdapter])
  await store.write({ path: 'a.txt', size: 0 }, (async function* () {})())
  const again = await openStore('my-store://a-test', [myStoreAdapter])
  expect(await again.find('a.txt')).toMatchObject({ size: 0 })
})

test('what follows the place in a URL is where the store begins', async () => {
  const whole = await openStore('my-store://another-test', [myStoreAdapter])
  const part = await openStore('my-store://another-test/2026/', [myStoreAdapter])
  await part.write({ path: 'a.txt', size: 0 }, (async function* () {})())
  await whole.write({ path: '20261/b.txt', size: 0 }, (async function* () {})())
  const paths = []
  for await (const { path } of part.list()) paths.push(path)
  expect(paths).toEqual(['a.txt'])
  expect(await whole.find('2026/a.txt')).toMatchObject({ size: 0 })
})
