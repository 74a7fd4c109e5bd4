import { readdir } from 'node:fs/promises'

import type { DataSet } from '@gantry/testkit/phantom'
import { expect, test } from 'vitest'

import { uidLayout } from '../server.ts'
import { image } from '../testing/image.ts'
import { rig } from '../testing/rig.ts'
import { bodyOf, multipart, store } from '../testing/stow.ts'

const one = image({ instance: '1.2.1.1.1' })
const two = image({ instance: '1.2.1.1.2', number: 2, size: 400 })

test('a request of too many instances is refused before it has come', async () => {
  const { server, url, search } = await rig({ stow: uidLayout, limits: { requestInstances: 20 } })
  let taken = 0
  const body = async function* () {
    for (; taken < 1000; taken += 1) yield bodyOf([one]).subarray(0, -'--b--\r\n'.length)
  }
  const stow = new Request(`${url}/studies`, { method: 'POST', headers: { 'content-type': multipart } })
  expect((await server.fetch(stow, { body: body() })).status).toBe(413)
  expect(taken).toBeLessThan(100)
  expect(await search('/instances')).toHaveLength(1)
})

test('a request of nothing is broken off', async () => {
  const { server, url } = await rig({ stow: uidLayout })
  let taken = 0
  const body = async function* () {
    for (; taken < 100_000; taken += 1) yield Buffer.from('--b\r\n\r\n\r\n')
  }
  const stow = new Request(`${url}/studies`, { method: 'POST', headers: { 'content-type': multipart } })
  expect((await server.fetch(stow, { body: body() })).status).toBe(400)
  expect(taken).toBeLessThan(2000)
})

test('what is larger than the limits is refused, and leaves nothing behind', async () => {
  const served = await rig({ stow: uidLayout, limits: { instanceBytes: 100_000, requestBytes: 1_000_000 } })
  expect(await store(served, bodyOf([two, one]))).toEqual({
    status: 202,
    stored: ['1.2.1.1.1'],
    failed: [['1.2.1.1.2', 0xa700]],
    others: [],
  })
  const large = Array.from({ length: 4 }, (_, index) => image({ instance: `1.2.1.1.${index + 5}`, size: 400 }))
  const response = await served.get('/studies', {
    method: 'POST',
    headers: { 'content-type': multipart },
    body: bodyOf(large),
  })
  expect(response.status).toBe(413)
  expect((await readdir(served.folder, { recursive: true })).filter((name) => name.includes('.dcm'))).toEqual([
    expect.stringContaining('1.2.1.1.1.dcm'),
  ])
})

test('what is larger than the limits once it is inflated is neither taken nor given', async () => {
  const zeros = (instance: string) =>
    image({ instance, syntax: 'deflated', size: 400, pixels: new Uint8Array(320_000) })
  const [file, there] = [zeros('1.2.1.1.1'), zeros('1.2.1.1.2')]
  expect(file.length).toBeLessThan(10_000)
  const served = await rig({ stow: uidLayout, files: { 'a.dcm': there }, limits: { instanceBytes: 300_000 } })
  expect(await store(served, bodyOf([file]))).toMatchObject({ status: 409, failed: [['1.2.1.1.1', 0xa700]] })
  const at = '/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.2'
  for (const path of ['/bulkdata/7FE00010', '/frames/1', '/rendered']) {
    expect([path, (await served.get(`${at}${path}`)).status]).toEqual([path, 422])
  }
  expect((await served.get(at)).status).toBe(200)
})

test('what is larger than the limits before its pixel data is named all the same', async () => {
  const served = await rig({ stow: uidLayout, limits: { instanceBytes: 100_000 } })
  const document = image({ more: [[0x00420011, 'OB', new Uint8Array(200_000)]] })
  const failed = [['1.2.1.1.1', 0xa700]]
  expect(await store(served, bodyOf([document]))).toMatchObject({ status: 409, failed, others: [] })
})

test('long headers are held within limits, and do not hinder ordinary ones', async () => {
  const served = await rig({ stow: uidLayout, limits: { headerBytes: 2 ** 21 } })
  const values = (count: number): DataSet => {
    return Array.from({ length: count }, (_, index) => [0x00291000 + index, 'OB', new Uint8Array(60_000)])
  }
  const long = image({ instance: '1.2.1.1.7', more: values(20) })
  const headers = { 'content-type': 'application/dicom' }
  const [held, ending] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const slow = async function* () {
    yield long.subarray(0, 1_150_000)
    // More of the header is asked for.
    held.resolve()
    await ending.promise
    yield long.subarray(1_150_000)
  }
  const half = served.server.fetch(new Request(`${served.url}/studies`, { method: 'POST', headers }), {
    body: slow(),
  })
  await held.promise
  const busy = await served.get('/studies', { method: 'POST', headers, body: long })
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await store(served, bodyOf([one]))).toMatchObject({ status: 200 })
  ending.resolve()
  expect((await half).status).toBe(200)
  expect(await store(served, long, '/studies', 'application/dicom')).toMatchObject({ status: 200 })
  const longer = image({ instance: '1.2.1.1.8', more: values(60) })
  expect(await store(served, bodyOf([longer]))).toMatchObject({ status: 409, failed: [['1.2.1.1.8', 0xa700]] })
})
