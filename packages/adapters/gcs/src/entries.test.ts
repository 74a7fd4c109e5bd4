import { gzipSync } from 'node:zlib'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure, get, hello, paths, put, Rig } from './test-rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await Rig.start()
})
afterEach(async () => await rig.close())

test('what write, stat, list and read tell is the same', async () => {
  const store = rig.open({ prefix: 'a b/ü' })
  const modified = Date.UTC(2020, 1, 2, 3, 4, 5, 678)
  const given = { modified, contentType: 'application/dicom', tier: 'NEARLINE' }
  const written = await put(store, 'x/y+z', hello, given)
  expect(written).toMatchObject({
    path: 'x/y+z',
    size: 5,
    ...given,
    digests: { crc32c: '9a71bb4c', md5: '5d41402abc4b2a76b9719d911017c592' },
    version: expect.stringMatching(/^\d+$/u),
  })
  expect(await store.stat('x/y+z')).toEqual(written)
  expect((await store.read('x/y+z')).entry).toEqual(written)
  for await (const entry of store.list()) expect(entry).toEqual(written)
})

test('times of other tools are told', async () => {
  const store = rig.open()
  await put(store, 'entry')
  const change = async (metadata: unknown) =>
    await rig.ask('/storage/v1/b/gantry/o/entry', { method: 'PATCH', body: JSON.stringify({ metadata }) })
  await change({ 'goog-reserved-file-mtime': '1234567890' })
  expect((await store.stat('entry')).modified).toBe(1_234_567_890_000)
  await change({ mtime: '2009-02-13T23:31:30.123456789Z' })
  expect((await store.stat('entry')).modified).toBe(1_234_567_890_123)
  expect((await store.read('entry')).entry.modified).toBe(1_234_567_890_123)
})

test('a gzipped object is given as it is kept, ranges too', async () => {
  const store = rig.open()
  const zipped = gzipSync('hello '.repeat(1000))
  const entry = await put(store, 'zipped', zipped, { contentEncoding: 'gzip', modified: 1000 })
  expect(entry.contentEncoding).toBe('gzip')
  expect((await get(store, 'zipped')).equals(zipped)).toBe(true)
  expect((await get(store, 'zipped', { start: 3, end: 20 })).equals(zipped.subarray(3, 20))).toBe(true)
  expect((await store.read('zipped')).entry).toEqual(entry)
})

test('markers of folders are passed over, and what is on its way to its name', async () => {
  const store = rig.open()
  const upload = async (name: string, body: string) =>
    await rig.ask(`/upload/storage/v1/b/gantry/o?uploadType=media&name=${encodeURIComponent(name)}`, {
      method: 'POST',
      body,
    })
  await upload('folder/', '')
  await upload('.gantry-staged/0123456789abcdef/folder/x', 'x')
  await upload('folder/entry', 'x')
  expect(await paths(store)).toEqual(['folder/entry'])
  await upload('other/.gantry-staged/0123456789abcdef/x', 'x')
  expect(await paths(store)).toEqual(['folder/entry'])
})

describe('who asks', () => {
  test('nobody, of a bucket that anyone may read', async () => {
    const store = rig.open({ bucket: 'public', anonymous: true })
    await put(rig.open({ bucket: 'public' }), 'entry')
    expect((await get(store, 'entry')).toString()).toBe('hello')
    expect(await paths(store)).toEqual(['entry'])
    const error = await failure(put(store, 'other'))
    expect(error).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('roles/storage.objectCreator'),
    })
  })

  test('somebody who lacks a role is told which', async () => {
    rig.server.admit({ token: 'reads', permissions: ['storage.objects.get'] })
    await put(rig.open(), 'entry')
    const store = rig.open({ token: 'reads' })
    expect((await get(store, 'entry')).toString()).toBe('hello')
    const lacks = async (call: Promise<unknown>) => {
      const { code, message } = await failure(call)
      expect(code).toBe('permission_denied')
      return /ask the owner of the bucket for (\S+)\.$/u.exec(message)?.[1]
    }
    expect(await lacks(paths(store))).toBe('roles/storage.objectViewer')
    expect(await lacks(put(store, 'other'))).toBe('roles/storage.objectCreator')
    expect(await lacks(store.remove('entry'))).toBe('roles/storage.objectUser')
    expect(await lacks(store.setTier('entry', 'COLDLINE'))).toBe('roles/storage.objectCreator')
  })

  test('a token that is refused is replaced, once', async () => {
    let count = 0
    const refused: string[] = []
    const tokens = {
      get: async () => (count++ === 0 ? 'stale' : 'good'),
      refuse: (token: string) => void refused.push(token),
    }
    const store = rig.open({ tokens })
    await put(store, 'entry')
    expect(refused).toEqual(['stale'])
  })
})

test('a hold stands before removal, and is named', async () => {
  const store = rig.open()
  await put(store, 'entry')
  await rig.ask('/storage/v1/b/gantry/o/entry', { method: 'PATCH', body: JSON.stringify({ eventBasedHold: true }) })
  const error = await failure(store.remove('entry'))
  expect(error).toMatchObject({ code: 'permission_denied', message: expect.stringContaining('held') })
  expect((await failure(put(store, 'entry'))).code).toBe('permission_denied')
})
