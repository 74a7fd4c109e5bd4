import { crc32 } from 'node:zlib'

import { expect, test } from 'vitest'

import { openRig, type Rig } from '../testing/rig.ts'

interface Part {
  readonly number: number
  readonly tag: string
}

const day = 86_400_000

async function begin(rig: Rig, token: string, more: object = {}): Promise<string> {
  const response = await rig.send('POST', '/v1/uploads', { token, json: { path: 'x', ...more } })
  expect(response.status).toBe(201)
  return `/v1/uploads/${((await response.json()) as { id: string }).id}`
}

async function putPart(
  rig: Rig,
  token: string,
  url: string,
  number: number,
  offset: number,
  text: string,
): Promise<Part> {
  const response = await rig.send('PUT', `${url}/parts/${number}?offset=${offset}`, { token, body: text })
  expect(response.status).toBe(200)
  return (await response.json()) as Part
}

const complete = async (rig: Rig, token: string, url: string, parts: readonly Part[], more: object = {}) =>
  await rig.send('POST', `${url}/complete`, { token, json: { parts, ...more } })

test('parts in any order, put again, become one object whose checksum follows from theirs', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const url = await begin(rig, token, { modified: 77, contentType: 'text/plain' })
  const third = await putPart(rig, token, url, 3, 8, 'ly')
  await putPart(rig, token, url, 1, 0, 'lost')
  const first = await putPart(rig, token, url, 1, 0, 'parti')
  const second = await putPart(rig, token, url, 2, 5, 'al-')
  await putPart(rig, token, url, 9, 99, 'unused')
  const listed = (await (await rig.send('GET', `${url}/parts`, { token })).json()) as { parts: Part[] }
  expect(listed.parts.map(({ number }) => number)).toEqual([1, 2, 3, 9])
  const done = await complete(rig, token, url, [third, first, second])
  const object = (await done.json()) as { version: string }
  expect(object).toMatchObject({ path: 'x', size: 10, modified: 77, contentType: 'text/plain' })
  expect(object).toMatchObject({ digests: { crc32: crc32('partial-ly').toString(16) } })
  // Lost answer: the same again.
  expect(await (await complete(rig, token, url, [third, first, second])).json()).toEqual(object)
  expect((await rig.send('GET', `${url}/parts`, { token })).status).toBe(404)
  expect(rig.contents.entries.size).toBe(3)
  for (let start = 0; start < 10; start += 1) {
    const response = await rig.send('GET', '/v1/objects/x', {
      token,
      headers: { range: `bytes=${start}-${start + 5}` },
    })
    expect(await response.text()).toBe('partial-ly'.slice(start, start + 6))
  }
  const [account] = await rig.hub.accounts.list()
  expect(account?.used).toBe(10)
})

test('parts that are not those, or leave a gap, are refused, and nothing is seen', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const url = await begin(rig, token, { size: 6 })
  const first = await putPart(rig, token, url, 1, 0, 'abc')
  const second = await putPart(rig, token, url, 2, 3, 'def')
  const empty = await putPart(rig, token, url, 3, 6, '')
  const gap = await putPart(rig, token, url, 4, 7, 'g')
  const attempts = [[second], [first, { ...second, tag: 'no' }], [first, second, gap], [first, second, empty, empty]]
  for (const parts of attempts) expect((await complete(rig, token, url, parts)).status).toBe(400)
  expect((await complete(rig, token, url, [first])).status).toBe(422)
  expect((await rig.send('HEAD', '/v1/objects/x', { token })).status).toBe(404)
  expect((await complete(rig, token, url, [first, second, empty])).status).toBe(200)
})

test('conditions hold when it is completed', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const url = await begin(rig, token, { ifAbsent: true })
  const part = await putPart(rig, token, url, 1, 0, 'late')
  await rig.send('PUT', '/v1/objects/x', { token, body: 'early' })
  expect((await complete(rig, token, url, [part])).status).toBe(409)
  expect((await rig.send('POST', '/v1/uploads', { token, json: { path: 'x', ifAbsent: true } })).status).toBe(409)
  expect((await complete(rig, token, url, [part], { ifVersion: 'other' })).status).toBe(409)
  expect(await (await rig.send('GET', '/v1/objects/x', { token })).text()).toBe('early')
})

test('uploads are listed and gone on with by their owner alone, and given up', async () => {
  const rig = await openRig()
  const token = await rig.token('writer', { quota: 5 })
  const other = await rig.token('other')
  const url = await begin(rig, token)
  await putPart(rig, token, url, 1, 0, 'abc')
  const list = async (who: string) => await (await rig.send('GET', '/v1/uploads?prefix=x', { token: who })).json()
  expect(await list(token)).toMatchObject({ uploads: [{ path: 'x', started: rig.now }] })
  expect(await list(other)).toEqual({ uploads: [] })
  expect((await rig.send('GET', `${url}/parts`, { token: other })).status).toBe(404)
  expect((await rig.send('DELETE', url, { token: other })).status).toBe(204)
  expect((await rig.send('PUT', `${url}/parts/2?offset=3`, { token, body: 'def' })).status).toBe(507)
  expect((await rig.send('PUT', `${url}/parts/0?offset=3`, { token, body: 'd' })).status).toBe(400)
  expect((await rig.send('PUT', `${url}/parts/2`, { token, body: 'd' })).status).toBe(400)
  expect(rig.contents.entries.size).toBe(1)
  expect((await rig.send('DELETE', url, { token })).status).toBe(204)
  expect((await rig.send('PUT', `${url}/parts/2?offset=3`, { token, body: 'd' })).status).toBe(404)
  expect([rig.contents.entries.size, (await rig.hub.accounts.list())[1]?.used]).toEqual([0, 0])
})

test('what nobody claims goes after a day: objects, uploads, and what a crash left', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const put = async (path: string) => await rig.send('PUT', `/v1/objects/${path}`, { token, body: path })
  await put('kept')
  await put('given-up')
  await put('temporary')
  expect((await rig.send('POST', '/v1/locks', { token, json: { paths: ['kept', 'none'] } })).status).toBe(404)
  expect((await rig.send('POST', '/v1/locks', { token, json: { paths: ['kept', 'given-up'] } })).status).toBe(204)
  const idle = await begin(rig, token)
  await putPart(rig, token, idle, 1, 0, 'abc')
  const [blob] = [...rig.contents.entries.values()]
  const orphan = `blobs/aa/${'a'.repeat(32)}`
  const fresh = `blobs/bb/${'b'.repeat(32)}`
  rig.contents.publish({ path: orphan, modified: rig.now }, blob?.chunks ?? [], undefined)
  rig.contents.publish({ path: 'not-a-blob', modified: 0 }, [], undefined)
  rig.now += day
  rig.contents.publish({ path: fresh, modified: rig.now }, [], undefined)
  rig.now += 1
  expect(await rig.hub.sweep()).toEqual({ shares: 0, objects: 1, uploads: 1, blobs: 1 })
  const names = [...rig.contents.entries.keys()]
  expect(names).toHaveLength(4)
  expect(names).toEqual(expect.arrayContaining([fresh, 'not-a-blob']))
  const admin = await rig.token('boss', { scopes: ['admin', 'sources:write'] })
  expect((await rig.send('DELETE', '/v1/locks', { token: admin, json: { paths: ['given-up', 'none'] } })).status).toBe(
    204,
  )
  expect(await rig.hub.sweep()).toMatchObject({ objects: 0 })
  rig.now += day
  expect(await rig.hub.sweep()).toMatchObject({ objects: 1, blobs: 1 })
  expect((await rig.hub.accounts.list()).find(({ name }) => name === 'writer')?.used).toBe(4)
})
