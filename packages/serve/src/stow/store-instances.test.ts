import { readdir, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { hierarchicalLayout } from '@gantry/dicom'
import { bytesOf } from '@gantry/core'
import { phantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { uidLayout } from '../server.ts'
import { image } from '../testing/image.ts'
import { rig } from '../testing/rig.ts'
import { bodyOf, multipart, store } from '../testing/stow.ts'

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
