import { bytesOf } from '@gantry/core'
import { expect, test } from 'vitest'

import { failure, hello, Rig, uploadsOf } from './test-rig.ts'

const retained = { path: 'entry', size: hello.length, retainUntil: Date.now() + 1e9 }

test('retention in a bucket that retains no objects is refused before anything is sent', async () => {
  const rig = await Rig.start()
  const store = rig.open({ retention: 'unlocked' })
  for (const call of [
    async () => await store.checkRetention(),
    async () => await store.write(retained, bytesOf(hello)),
    async () => await uploadsOf(store).begin(retained),
  ]) {
    expect(await failure(call())).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('object retention'),
    })
  }
  expect(Object.keys(rig.server.requests)).toEqual(['buckets.get'])
  // What is not to be retained is written all the same.
  await store.write({ path: 'entry', size: hello.length }, bytesOf(hello))
  await rig.close()
})

test('a bucket that retains is asked once, and who may not ask is not kept from writing', async () => {
  const permissions = ['storage.objects.create', 'storage.objects.get']
  const rig = await Rig.start({
    buckets: [{ name: 'gantry', objectRetention: true }],
    tokens: ['good', { token: 'writes', permissions }],
  })
  for (const token of ['good', 'writes']) {
    const store = rig.open({ retention: 'unlocked', token })
    await store.checkRetention()
    const path = `of ${token}`
    await store.write({ ...retained, path }, bytesOf(hello))
    expect(await store.retainedUntil(path)).toBe(retained.retainUntil)
  }
  expect(rig.server.requests['buckets.get']).toBe(2)
  await rig.close()
})
