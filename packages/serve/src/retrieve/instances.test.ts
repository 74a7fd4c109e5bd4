import { collect } from '@gantry/core'
import { multipartParts } from '@gantry/http'
import type { DataSet } from '@gantry/testkit/phantom'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { image } from '../testing/image.ts'
import { rig } from '../testing/rig.ts'

const single = { accept: 'application/dicom' }
const path = '/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.1'

function study(): Record<string, Buffer> {
  const files: Record<string, Buffer> = {}
  for (let number = 1; number <= 12; number += 1) {
    const series = number > 8 ? '1.2.1.2' : '1.2.1.1'
    const size = number === 3 ? 600 : 8
    files[`s/${number}.dcm`] = image({ series, instance: `1.2.1.1.${number}`, number, size })
  }
  return files
}

async function partsOf(response: Response): Promise<{ type: string | undefined; bytes: Buffer }[]> {
  const boundary = /boundary=([^;]+)$/u.exec(response.headers.get('content-type') ?? '')?.[1] ?? ''
  const parts: { type: string | undefined; bytes: Buffer }[] = []
  for await (const { headers, body } of multipartParts(response.body as AsyncIterable<Uint8Array>, boundary)) {
    parts.push({ type: headers.get('content-type'), bytes: Buffer.from(await collect(body)) })
  }
  return parts
}

describe('retrieving', () => {
  test.each(['/studies/1.2.1', '/studies/1.2.1/series/1.2.1.2', path])('%s: all of it, as it is stored', async (at) => {
    const files = study()
    const { get, errors } = await rig({ files })
    const response = await get(at)
    expect(response.status).toBe(200)
    const whole = Buffer.from(await response.clone().arrayBuffer())
    expect(response.headers.get('content-length')).toBe(String(whole.length))
    const parts = await partsOf(response)
    const names = Object.keys(files).filter((name) => {
      const number = Number(/\d+/u.exec(name)?.[0])
      return at === '/studies/1.2.1' ? true : at === path ? number === 1 : number > 8
    })
    const sorted = (all: readonly Buffer[]) => all.map((bytes) => bytes.toString('base64')).toSorted()
    expect(sorted(parts.map(({ bytes }) => bytes))).toEqual(sorted(names.map((name) => files[name] as Buffer)))
    expect(parts[0]?.type).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2.1')
    const head = await get(at, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.length)])
    expect(errors).toEqual([])
  })

  test('one file by itself, and any range of it', async () => {
    const bytes = image()
    const { get } = await rig({ files: { 'a.dcm': bytes } })
    const whole = await get(path, { headers: single })
    expect(whole.headers.get('content-type')).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2.1')
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)
    // In parts it is longer, at the same address: caches are told.
    expect(whole.headers.get('vary')).toBe('Accept')
    const { length } = bytes
    /** Of a range as it is written; `undefined`: it is none, and all bytes are answered. */
    const boundsOf = (from: number | null, to: number | null) => {
      if ((from === null && to === null) || (from !== null && to !== null && to < from)) return undefined
      const start = from ?? Math.max(0, length - (to ?? 0))
      return { start, end: from === null ? length : Math.min(length, (to ?? length) + 1) }
    }
    const answerTo = (from: number | null, to: number | null) => {
      const bounds = boundsOf(from, to)
      if (bounds === undefined) return { status: 200, contentRange: null }
      const { start, end } = bounds
      if (start >= length) return { status: 416, contentRange: `bytes */${length}` }
      return { status: 206, contentRange: `bytes ${start}-${end - 1}/${length}` }
    }
    const bound = fc.integer({ min: 0, max: bytes.length + 50 })
    await fc.assert(
      fc.asyncProperty(fc.option(bound), fc.option(bound), async (from, to) => {
        const response = await get(path, { headers: { ...single, range: `bytes=${from ?? ''}-${to ?? ''}` } })
        const body = Buffer.from(await response.arrayBuffer())
        const { start, end } = boundsOf(from, to) ?? { start: 0, end: length }
        const isRight = response.status === 416 || body.equals(bytes.subarray(start, end))
        const { status, contentRange } = answerTo(from, to)
        expect([response.status, response.headers.get('content-range'), isRight]).toEqual([status, contentRange, true])
      }),
      { numRuns: 60 },
    )
  })

  test('conditions: what one has is not sent again, and a range is of one version', async () => {
    const { get, put, server } = await rig({ files: { 'a.dcm': image() } })
    for (const [at, headers] of [
      [path, single],
      [path, {}],
      ['/studies/1.2.1', {}],
      [`${path}/metadata`, {}],
      [`${path}/frames/1`, {}],
    ] as const) {
      const tag = (await get(at, { headers })).headers.get('etag') ?? ''
      expect(tag).toMatch(/^(?:W\/)?"[\w-]+"$/u)
      expect((await get(at, { headers: { ...headers, 'if-none-match': tag } })).status).toBe(304)
      expect((await get(at, { headers: { ...headers, 'if-none-match': '"other"' } })).status).toBe(200)
      expect((await get(at, { headers: { ...headers, 'if-match': '"other"' } })).status).toBe(412)
    }
    const tag = (await get(path, { headers: single })).headers.get('etag') ?? ''
    const ranged = async () => (await get(path, { headers: { ...single, range: 'bytes=0-9', 'if-range': tag } })).status
    expect(await ranged()).toBe(206)
    await put('a.dcm', image({ patientName: 'Other' }))
    await server.refresh()
    expect(await ranged()).toBe(200)
  })

  test.each([
    ['no type', '*/*', 200],
    ['any transfer syntax', 'multipart/related; type="application/dicom"; transfer-syntax=*', 200],
    ['that transfer syntax', 'multipart/related; type=application/dicom; transfer-syntax=1.2.840.10008.1.2.1', 200],
    ['another one', 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.50', 406],
    ['parts of any type', 'multipart/related; type="*/*"', 200],
    ['parts of any type of that kind', 'multipart/related; type="application/*"', 200],
    ['parts of another type', 'multipart/related; type="image/*"', 406],
    ['another one, or any', 'multipart/related; transfer-syntax=1.2.3, application/dicom; q=0.1', 200],
    ['a single file', 'application/dicom', 200],
    ['a single file in another one', 'application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90', 406],
    ['pictures', 'image/png', 406],
  ])('accepting %s', async (_name, accept, status) => {
    const { get } = await rig({ files: { 'a.dcm': image() } })
    const response = await get(path, { headers: { accept } })
    const text = await response.text()
    expect([response.status, text.includes('"code":406')]).toEqual([status, status === 406])
  })

  test('what is not there, and what was there', async () => {
    const { get, put, folder, server } = await rig({
      files: { 'a.dcm': image(), 'b.dcm': image({ instance: '1.2.1.1.2' }) },
    })
    expect((await get('/studies/1.9')).status).toBe(404)
    expect((await get('/studies/1.9/metadata')).status).toBe(404)
    expect((await get(path.replace(/1$/u, '9'))).status).toBe(404)
    expect((await get(path, { method: 'DELETE' })).status).toBe(405)
    expect((await get('/studies', { method: 'POST', body: 'x' })).status).toBe(405)
    // Changed behind the index: answered as it is now.
    const changed = image({ patientName: 'Changed^Meanwhile' })
    await put('a.dcm', changed)
    expect(Buffer.from(await (await get(path, { headers: single })).arrayBuffer()).equals(changed)).toBe(true)
    const { rm } = await import('node:fs/promises')
    await rm(`${folder}/a.dcm`)
    expect((await get(path, { headers: single })).status).toBe(410)
    expect((await get(path, { headers: single })).status).toBe(404)
    // A study goes on without it.
    expect(await partsOf(await get('/studies/1.2.1'))).toHaveLength(1)
    await server.refresh()
    expect(server.status.counts).toMatchObject({ studies: 1, instances: 1 })
  })

  test('a file that changes while a study is sent cuts the answer off', async () => {
    const files = study()
    const { get, put } = await rig({ files, limits: { readAhead: 1 } })
    // Not the first: that would be looked at again.
    await put('s/9.dcm', image({ series: '1.2.1.2', instance: '1.2.1.1.9', size: 20 }))
    const response = await get('/studies/1.2.1')
    expect(response.status).toBe(200)
    await expect(response.arrayBuffer()).rejects.toThrow('terminated')
  })

  test('metadata: what is long is elsewhere, and is had there', async () => {
    const value = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251))
    const files = {
      'a.dcm': image({ more: [[0x00420011, 'OB', value]] }),
      'b.dcm': image({ instance: '1.2.1.1.2', number: 2 }),
    }
    const { get, url } = await rig({ files })
    for (const at of ['/studies/1.2.1/metadata', '/studies/1.2.1/series/1.2.1.1/metadata']) {
      expect(await (await get(at)).json()).toHaveLength(2)
    }
    const response = await get(`${path}/metadata`)
    expect(response.headers.get('content-type')).toBe('application/dicom+json')
    const [json] = (await response.json()) as [Record<string, { BulkDataURI?: string }>]
    expect(json).toMatchObject({ '00100010': { Value: [{ Alphabetic: 'Müller^Jörg', Ideographic: '日本^太郎' }] } })
    const uri = json['00420011']?.BulkDataURI ?? ''
    expect(uri).toBe(`${url}${path}/bulkdata/00420011`)
    expect(json['7FE00010']?.BulkDataURI).toBe(`${url}${path}/bulkdata/7FE00010`)
    expect(Buffer.from(await (await fetch(uri)).arrayBuffer()).equals(value)).toBe(true)
    const range = await fetch(uri, { headers: { range: 'bytes=1000-1099' } })
    expect(range.status).toBe(206)
    expect(Buffer.from(await range.arrayBuffer()).equals(value.subarray(1000, 1100))).toBe(true)
    for (const type of ['application/octet-stream', 'application/*', '*/*']) {
      const accept = `multipart/related; type="${type}"`
      expect((await partsOf(await fetch(uri, { headers: { accept } })))[0]?.bytes.equals(value)).toBe(true)
    }
    expect((await fetch(`${url}${path}/bulkdata/00420012`)).status).toBe(404)
    expect((await fetch(`${url}${path}/bulkdata/..%2F..`)).status).toBe(400)
  })

  test.each([
    ['native', 'explicit', undefined],
    ['encapsulated', '1.2.840.10008.1.2.4.50', { fragments: [Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)] }],
  ])('metadata: what stands behind %s pixel data, but for padding', async (_name, syntax, pixels) => {
    const value = Buffer.alloc(2000, 'abc')
    const more: DataSet = [
      [0x7fe10010, 'LO', 'ACME'],
      [0x7fe11001, 'OB', value],
      [0xfffafffa, 'SQ', { items: [[[0x04000010, 'US', 1]]] }],
      [0xfffcfffc, 'OB', new Uint8Array(10)],
    ]
    const { get, errors } = await rig({
      files: { 'a.dcm': image({ more, syntax, ...(pixels !== undefined && { pixels }) }) },
    })
    const [json] = (await (await get(`${path}/metadata`)).json()) as [Record<string, { BulkDataURI?: string }>]
    expect(json).toMatchObject({
      '7FE10010': { vr: 'LO', Value: ['ACME'] },
      FFFAFFFA: { vr: 'SQ', Value: [{ '04000010': { vr: 'US', Value: [1] } }] },
    })
    expect(json).not.toHaveProperty('FFFCFFFC')
    const bulk = await fetch(json['7FE11001']?.BulkDataURI ?? '')
    expect(Buffer.from(await bulk.arrayBuffer()).equals(value)).toBe(true)
    expect(errors).toEqual([])
  })
})
