import { readdir, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { hierarchicalLayout } from '@gantry/dicom'
import { bytesOf } from '@gantry/core'
import { type DataSet, phantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { uidLayout } from '../server.ts'
import { image } from '../testing/image.ts'
import { type Rig, rig } from '../testing/rig.ts'

const multipart = 'multipart/related; type="application/dicom"; boundary=b'

function bodyOf(
  files: readonly Uint8Array[],
  { measured = true, type = 'application/dicom' } = {},
): Buffer<ArrayBuffer> {
  const parts = files.flatMap((bytes) => [
    Buffer.from(`--b\r\nContent-Type: ${type}\r\n${measured ? `Content-Length: ${bytes.length}\r\n` : ''}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...parts, Buffer.from('--b--\r\n')])
}

interface Stored {
  readonly status: number
  readonly stored: readonly string[]
  readonly failed: readonly (readonly [string, number])[]
  readonly others: readonly number[]
}

type Item = Readonly<Record<string, { readonly Value: readonly (string & number)[] }>>

async function store(
  { get }: Rig,
  body: string | Uint8Array<ArrayBuffer>,
  path = '/studies',
  type = multipart,
): Promise<Stored> {
  const response = await get(path, { method: 'POST', headers: { 'content-type': type }, body })
  const json = (await response.json()) as Record<string, { Value?: Item[] }>
  const items = (tag: string) => json[tag]?.Value ?? []
  const uid = (item: Item) => String(item['00081155']?.Value[0])
  const reason = (item: Item) => Number(item['00081197']?.Value[0])
  return {
    status: response.status,
    stored: items('00081199').map(uid),
    failed: items('00081198').map((item) => [uid(item), reason(item)] as const),
    others: items('0008119A').map(reason),
  }
}

const one = image({ instance: '1.2.1.1.1' })
const two = image({ instance: '1.2.1.1.2', number: 2, size: 400 })

describe('storing', () => {
  test.each([true, false])('instances are there at once, byte by byte (their lengths given: %s)', async (measured) => {
    const served = await rig({ stow: uidLayout })
    const result = await store(served, bodyOf([one, two], { measured }))
    expect(result).toEqual({ status: 200, stored: ['1.2.1.1.1', '1.2.1.1.2'], failed: [], others: [] })
    expect(await served.search('/instances')).toHaveLength(2)
    expect((await readFile(join(served.folder, '1.2.1/1.2.1.1/1.2.1.1.2.dcm'))).equals(two)).toBe(true)
    const at = '/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.2'
    const response = await served.get(at, { headers: { accept: 'application/dicom' } })
    expect(Buffer.from(await response.arrayBuffer()).equals(two)).toBe(true)
    // The listing finds what is known already.
    expect(await served.server.refresh()).toMatchObject({ listed: 2, read: 0 })
    expect(served.errors).toEqual([])
  })

  test('what is there already: the same succeeds, another is refused, and nothing is replaced', async () => {
    const served = await rig({ stow: uidLayout, files: { 'elsewhere/one.dcm': one } })
    expect(await store(served, bodyOf([one, two]))).toMatchObject({ status: 200, stored: ['1.2.1.1.1', '1.2.1.1.2'] })
    expect((await readdir(served.folder, { recursive: true })).filter((name) => name.endsWith('.dcm'))).toHaveLength(2)
    const other = image({ instance: '1.2.1.1.1', patientName: 'Other' })
    const third = image({ instance: '1.2.1.1.3' })
    expect(await store(served, bodyOf([other, third]))).toEqual({
      status: 202,
      stored: ['1.2.1.1.3'],
      failed: [['1.2.1.1.1', 45_070]],
      others: [],
    })
    expect(await store(served, bodyOf([other]))).toMatchObject({ status: 409, stored: [] })
    expect((await readFile(join(served.folder, 'elsewhere/one.dcm'))).equals(one)).toBe(true)
  })

  test('a part that is no image, or of another study, fails alone', async () => {
    const served = await rig({ stow: uidLayout })
    const garbage = Buffer.alloc(50_000, 'garbage')
    const foreign = image({ study: '1.9', series: '1.9.1', instance: '1.9.1.1' })
    expect(await store(served, bodyOf([garbage, one, foreign, two]), '/studies/1.2.1')).toEqual({
      status: 202,
      stored: ['1.2.1.1.1', '1.2.1.1.2'],
      failed: [['1.9.1.1', 272]],
      others: [0xc000],
    })
    expect(await served.search('/studies')).toHaveLength(1)
  })

  test.each(['explicit', 'big-endian', 'deflated', 'rle'] as const)(
    'of %s, one whose pixel data are cut off is refused, and the whole one is taken after it',
    async (syntax) => {
      const served = await rig({ stow: uidLayout })
      for await (const { bytes, image: identity } of phantom({ size: 256, slices: 1, syntax })) {
        const whole = Buffer.from(bytes)
        const uid = identity.sopInstanceUID
        for (const measured of [true, false]) {
          const cut = whole.subarray(0, whole.length - 200)
          expect(await store(served, bodyOf([cut, one], { measured }))).toEqual({
            status: 202,
            stored: ['1.2.1.1.1'],
            failed: [[uid, 0xc000]],
            others: [],
          })
        }
        expect((await readdir(served.folder, { recursive: true })).filter((name) => name.includes(uid))).toEqual([])
        expect(await store(served, bodyOf([whole]))).toMatchObject({ status: 200, stored: [uid] })
        // What is there stays; what is not all of it is no other version of it.
        expect(await store(served, whole.subarray(0, -2), '/studies', 'application/dicom')).toMatchObject({
          status: 409,
          failed: [[uid, 0xc000]],
        })
        expect(served.errors).toEqual([])
      }
    },
  )

  test('one that comes twice in a request is stored once, and both succeed', async () => {
    const served = await rig({ stow: uidLayout })
    const result = await store(served, bodyOf([one, one, two]))
    expect(result).toMatchObject({ status: 200, stored: ['1.2.1.1.1', '1.2.1.1.1', '1.2.1.1.2'], failed: [] })
    expect(await served.search('/instances')).toHaveLength(2)
  })

  test.each(['..', '.', '../../1.9', '1.2 3'])('%j names no instance: no URL could', async (uid) => {
    const bad = [image({ study: uid }), image({ series: uid }), image({ instance: uid })]
    const served = await rig({ stow: uidLayout, files: { 'a.dcm': image({ study: uid }) } })
    expect(await store(served, bodyOf(bad))).toMatchObject({
      status: 409,
      stored: [],
      others: [0xc000, 0xc000, 0xc000],
    })
    expect(await readdir(served.folder)).toEqual(['a.dcm'])
    expect(await served.search('/studies')).toEqual([])
    expect((await served.server.refresh()).counts).toMatchObject({ instances: 0, others: 1 })
  })

  test('thousands of parts that are nothing leave others their turn', async () => {
    const { server, url } = await rig({ stow: uidLayout })
    let turns = 0
    const timer = setInterval(() => (turns += 1), 0)
    const some = [...Array.from({ length: 500 }, () => new Uint8Array(0)), one]
    const body = bodyOf(Array.from({ length: 8 }, () => some).flat())
    const stow = new Request(`${url}/studies`, { method: 'POST', headers: { 'content-type': multipart }, body })
    const response = await server.fetch(stow, { body: bytesOf(body) })
    clearInterval(timer)
    expect(response.status).toBe(202)
    expect(turns).toBeGreaterThan(20)
  })

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

  test.each([
    ['JSON', 'application/json', '{}', 415],
    ['no boundary', 'multipart/related; type="application/dicom"', bodyOf([one]), 415],
    ['metadata and bulk data', 'multipart/related; type="application/dicom+json"; boundary=b', bodyOf([one]), 415],
    ['no parts', multipart, '--b--\r\n', 400],
    ['another boundary', multipart.replace('=b', '=c'), bodyOf([one]), 400],
  ])('%s is refused', async (_name, type, body, status) => {
    const { get } = await rig({ stow: uidLayout })
    const response = await get('/studies', { method: 'POST', headers: { 'content-type': type }, body })
    expect(response.status).toBe(status)
  })

  test('what is encoded is refused before it is read', async () => {
    const { get } = await rig({ stow: uidLayout })
    const send = async (encoding: string, body: Uint8Array<ArrayBuffer>) => {
      const headers = { 'content-type': multipart, 'content-encoding': encoding }
      return await get('/studies', { method: 'POST', headers, body })
    }
    const response = await send('gzip', gzipSync(bodyOf([one])))
    expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'identity'])
    expect((await send('identity', bodyOf([one]))).status).toBe(200)
  })

  test('one file by itself, into a layout', async () => {
    const served = await rig({ stow: hierarchicalLayout })
    expect(await store(served, one, '/studies', 'application/dicom')).toMatchObject({ status: 200 })
    expect((await readFile(join(served.folder, 'P1/1.2.1/1.2.1.1/1.2.1.1.1.dcm'))).equals(one)).toBe(true)
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

  test('a request that breaks off leaves whole instances alone', async () => {
    const served = await rig({ stow: uidLayout })
    const body = bodyOf([one, two])
    const { port, hostname } = new URL(served.url)
    const headers = { 'content-type': multipart, 'content-length': body.length }
    await new Promise<void>((resolve) => {
      const sending = request({ port, hostname, path: '/dicom-web/studies', method: 'POST', headers })
      sending.on('error', () => resolve())
      sending.write(body.subarray(0, one.length + 100_000), () =>
        setTimeout(() => sending.destroy(new Error('cut')), 300),
      )
    })
    await expect.poll(async () => await served.search('/instances'), { timeout: 20_000 }).toHaveLength(1)
    await served.server.refresh()
    expect(await served.search('/instances')).toHaveLength(1)
    const names = await readdir(served.folder, { recursive: true })
    expect(names.filter((name) => name.endsWith('1.2.1.1.2.dcm'))).toEqual([])
  })

  test('of two at a time that call themselves alike, one is stored', async () => {
    const served = await rig({ stow: uidLayout })
    const other = image({ instance: '1.2.1.1.1', patientName: 'Other' })
    const results = await Promise.all([one, other, one].map(async (file) => await store(served, bodyOf([file]))))
    const isOther = (await readFile(join(served.folder, '1.2.1/1.2.1.1/1.2.1.1.1.dcm'))).equals(other)
    expect(results.map(({ status }) => status)).toEqual(isOther ? [409, 200, 409] : [200, 409, 200])
    expect(results.flatMap(({ failed }) => failed.map(([, reason]) => reason))).toEqual(
      isOther ? [45_070, 45_070] : [45_070],
    )
  })

  test('several at a time, also of the same instances', async () => {
    const served = await rig({ stow: uidLayout })
    const files = Array.from({ length: 20 }, (_, index) => image({ instance: `1.2.1.1.${index + 1}`, number: index }))
    const bodies = [files, files.toReversed(), files]
    const results = await Promise.all(bodies.map(async (body) => await store(served, bodyOf(body))))
    // Each succeeds, whoever stored it: the bytes are the same.
    for (const { status, stored } of results) expect([status, stored.length]).toEqual([200, 20])
    expect(await served.search('/instances')).toHaveLength(20)
    expect(await store(served, bodyOf(files))).toMatchObject({ status: 200, failed: [] })
    expect(await served.server.refresh()).toMatchObject({ listed: 20, counts: { instances: 20, copies: 0 } })
  })
})
