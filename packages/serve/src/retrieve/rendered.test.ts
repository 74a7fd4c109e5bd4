import { describe, expect, test } from 'vitest'

import { image } from '../testing/image.ts'
import { rig } from '../testing/rig.ts'

const path = '/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.1'
const png = { accept: 'image/png' }

async function sizeOf(response: Response): Promise<readonly number[]> {
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}

describe('pictures', () => {
  test('of an instance, and of any of its frames, as JPEG or PNG, in a viewport', async () => {
    const { get, errors } = await rig({ files: { 'a.dcm': image({ size: 16, frames: 3 }) } })
    const jpeg = await get(`${path}/rendered`)
    expect([jpeg.status, jpeg.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect([...new Uint8Array(await jpeg.arrayBuffer()).subarray(0, 2)]).toEqual([0xff, 0xd8])
    expect(await sizeOf(await get(`${path}/rendered`, { headers: png }))).toEqual([16, 16])
    expect(await sizeOf(await get(`${path}/frames/3/rendered?viewport=8,8`, { headers: png }))).toEqual([8, 8])
    expect(await sizeOf(await get(`${path}/rendered?accept=image/png&window=100,50,sigmoid`))).toEqual([16, 16])
    const one = Buffer.from(
      await (await get(`${path}/frames/1/rendered?window=4000,9000`, { headers: png })).arrayBuffer(),
    )
    const two = Buffer.from(
      await (await get(`${path}/frames/2/rendered?window=4000,9000`, { headers: png })).arrayBuffer(),
    )
    expect(one.equals(two)).toBe(false)
    for (const at of ['/studies/1.2.1', '/studies/1.2.1/series/1.2.1.1', path, `${path}/frames/2`]) {
      expect(await sizeOf(await get(`${at}/thumbnail`, { headers: png }))).toEqual([128, 128])
    }
    const tag = (await get(`${path}/rendered`)).headers.get('etag') ?? ''
    expect((await get(`${path}/rendered`, { headers: { 'if-none-match': tag } })).status).toBe(304)
    expect((await get(`${path}/rendered?quality=50`, { headers: { 'if-none-match': tag } })).status).toBe(200)
    expect(errors).toEqual([])
  })

  test.each([
    ['window=40', 400],
    ['window=a,b', 400],
    ['window=40,0,linear', 400],
    ['window=40,400,cubic', 400],
    ['viewport=0,8', 400],
    ['viewport=99999,8', 400],
    ['viewport=16384,16384', 400],
    ['quality=101', 400],
    ['accept=image/gif', 406],
    ['accept=application/dicom', 406],
  ])('%s: %i', async (query, status) => {
    const { get } = await rig({ files: { 'a.dcm': image() } })
    expect((await get(`${path}/rendered?${query}`)).status).toBe(status)
  })

  test('of what there is none of', async () => {
    const { get } = await rig({ files: { 'a.dcm': image() } })
    expect((await get(`${path}/frames/2/rendered`)).status).toBe(404)
    expect((await get(`${path}/frames/1,1/rendered`)).status).toBe(400)
    expect((await get('/studies/1.9/thumbnail')).status).toBe(404)
  })

  test('of pixels in a form that nobody reads, which the request is not to blame for', async () => {
    const { get } = await rig({ files: { 'a.dcm': image({ bits: 12, pixels: new Uint8Array(96) }) } })
    for (const resource of ['frames/1', 'rendered']) {
      const refused = await get(`${path}/${resource}`)
      expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('Bits Allocated is 12')])
    }
  })
})
