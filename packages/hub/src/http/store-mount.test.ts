import { bytesOf, GantryError, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { openRig } from '../testing/rig.ts'
import { storeMount } from './store-mount.ts'

async function ask() {
  const store = new Store(memory())
  for (const path of ['a/1 ü.dcm', 'a/2.dcm', 'b/3.dcm']) {
    await store.write({ path, size: 5 }, bytesOf(new TextEncoder().encode('DICOM')))
  }
  const rig = await openRig({ mounts: [storeMount({ path: '/remotes/archive', store })] })
  const token = await rig.token('reader', { scopes: ['dicomweb:read'] })
  const send = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
    await rig.send(method, `/remotes/archive${path}`, { token, headers })
  return { rig, send }
}

test('a store is listed to its end, and read by ranges of one version', async () => {
  const { send } = await ask()
  const lines = (await (await send('GET', '/entries?prefix=a')).text()).trim().split('\n')
  const entries = lines.map((line) => JSON.parse(line) as { path?: string; version?: string; end?: boolean })
  expect(entries.map(({ path, end }) => path ?? end)).toEqual(['a/1 ü.dcm', 'a/2.dcm', true])
  const file = `/files/${encodeURIComponent('a/1 ü.dcm')}`
  expect(await (await send('GET', file)).text()).toBe('DICOM')
  const part = await send('GET', file, { range: 'bytes=1-2', 'if-match': `"${entries[0]?.version}"` })
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1-2/5', 'IC'])
  const head = await send('HEAD', file)
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '5', ''])
  expect((await send('GET', file, { range: 'bytes=9-' })).status).toBe(416)
  expect((await send('GET', file, { 'if-match': '"other"' })).status).toBe(412)
  const version = `"${entries[0]?.version}"`
  for (const match of ['*', `"other", ${version}`]) {
    expect((await send('GET', file, { 'if-match': match })).status).toBe(200)
  }
  expect((await send('GET', file, { 'if-none-match': version })).status).toBe(304)
})

test('nothing else, and nobody else', async () => {
  const { rig, send } = await ask()
  expect((await send('GET', '/files/a/none')).status).toBe(404)
  expect((await send('GET', `/files/${encodeURIComponent('../a')}`)).status).toBe(400)
  expect((await send('GET', '/files/%zz')).status).toBe(400)
  expect(rig.errors).toEqual([])
  expect((await send('GET', '/elsewhere')).status).toBe(404)
  expect((await send('PUT', '/files/a/2.dcm')).status).toBe(405)
  expect((await rig.send('GET', '/remotes/archive/entries')).status).toBe(401)
  const other = await rig.token('other', { scopes: ['shares:read'] })
  expect((await rig.send('GET', '/remotes/archive/entries', { token: other })).status).toBe(403)
})

test('a body that fails is cut off, and why is told to the hub alone', async () => {
  const driver = memory()
  const read = driver.read.bind(driver)
  driver.read = async (...given) => {
    const { entry } = await read(...given)
    const body = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield new Uint8Array(2)
      throw new GantryError('unavailable', 'The disk of ward 3 is gone.')
    }
    return { entry, body: body() }
  }
  const store = new Store(driver)
  await store.write({ path: 'a', size: 5 }, bytesOf(new Uint8Array(5)))
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const rig = await openRig({ mounts: [storeMount({ path: '/remotes/archive', store, onError })] })
  const token = await rig.token('reader', { scopes: ['dicomweb:read'] })
  const broken = await rig.send('GET', '/remotes/archive/files/a', { token })
  await expect(broken.text()).rejects.toThrow(/^The body broke off\.$/u)
  let cut = 0
  const cutOff = () => void (cut += 1)
  const reader = (
    await rig.send('GET', '/remotes/archive/files/a', { token, connection: { cutOff } })
  ).body?.getReader()
  await reader?.read()
  void reader?.read()
  await expect.poll(() => cut).toBe(1)
  expect(errors).toMatchObject([{ code: 'unavailable' }, { code: 'unavailable' }])
})
