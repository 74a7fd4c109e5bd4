import { openStore } from '@gantry/core'
import { expect, test } from 'vitest'

import { gcs, gcsAdapter } from './index.ts'
import { failure, get, put, Rig } from './test-rig.ts'

test('an emulator is found by the environment, and asked by nobody in particular', async () => {
  const rig = await Rig.start({ buckets: [{ name: 'public', public: true }] })
  try {
    await put(rig.open({ bucket: 'public' }), 'entry')
    for (const host of [rig.server.url, rig.server.url.replace('http://', '')]) {
      const environment = { STORAGE_EMULATOR_HOST: host }
      const store = rig.open({ bucket: 'public', environment, endpoint: undefined, anonymous: true })
      expect((await get(store, 'entry')).toString()).toBe('hello')
    }
    const driver = gcs({ bucket: 'public', environment: { STORAGE_EMULATOR_HOST: rig.server.url } })
    expect(driver.abilities.sign).toBeUndefined()
    const url = 'gs://public/'
    const store = await openStore(url, [gcsAdapter], { endpoint: rig.server.url })
    expect((await get(store, 'entry')).toString()).toBe('hello')
    await store.close()
  } finally {
    await rig.close()
  }
})

test.each([
  ['gs://', {}],
  ['gs://UPPER', {}],
  ['gs://bucket', { endpoint: 'http://storage.example.org' }],
  ['gs://bucket', { endpoint: 'http://storage.example.org', token: 'x' }],
  ['gs://bucket', { endpoint: 'https://user@storage.example.org' }],
  ['gs://bucket', { token: 'x', anonymous: true }],
  ['gs://bucket', { token: 'x', tokens: { get: async () => 'x', refuse() {} } }],
  ['gs://bucket', { chunkSize: 300_000 }],
  ['gs://bucket', { unknown: true }],
])('what cannot be is refused: %s %j', async (url, options) => {
  const error = await failure(openStore(url, [gcsAdapter], options))
  expect(error.code).toBe('invalid')
  expect(error.message).not.toContain('storage.example.org')
})

test('nothing is asked of Google before it is needed', async () => {
  const driver = gcs({ bucket: 'bucket', keyFile: '/nowhere/key.json', environment: {} })
  expect(driver.abilities).toMatchObject({
    sign: { longest: 604_800 },
    retain: false,
    tier: { tiers: ['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE'] },
  })
  const { signal } = new AbortController()
  const error = await failure(driver.stat('entry', { signal }))
  expect(error).toMatchObject({ code: 'invalid', path: '/nowhere/key.json' })
  expect(error.cause).toBeUndefined()
  await driver.close?.()
})
