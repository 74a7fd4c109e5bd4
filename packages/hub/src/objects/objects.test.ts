import { crc32 } from 'node:zlib'

import { expect, test } from 'vitest'

import { openRig, refusalOf } from '../testing/rig.ts'

const bytes = (length: number, seed = 1) => Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 255)
const hex = (data: Uint8Array) => crc32(data).toString(16).padStart(8, '0')

async function bodyOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer())
}

test('what was put is told, looked at and read, under any path', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  for (const path of ['a', 'Ö/100%/x y', 'a/new\nline?#', '😀/e\u0301'.normalize('NFC')]) {
    const url = `/v1/objects/${path.split('/').map(encodeURIComponent).join('/')}`
    const data = bytes(1000)
    const put = await rig.send('PUT', url, { token, body: data, headers: { 'gantry-modified': '1234' } })
    expect(put.status).toBe(201)
    const object = (await put.json()) as { version: string }
    expect(object).toMatchObject({ path, size: 1000, modified: 1234, digests: { crc32: hex(data) } })
    expect(object).toMatchObject({ expires: rig.now + 86_400_000 })
    const head = await rig.send('HEAD', url, { token })
    expect(head.headers.get('content-length')).toBe('1000')
    expect(head.headers.get('etag')).toBe(`"${object.version}"`)
    const get = await rig.send('GET', url, { token })
    expect(get.headers.get('gantry-crc32')).toBe(hex(data))
    expect(await bodyOf(get)).toEqual(data)
  }
  // No name that a client chose comes to the keeper.
  for (const name of rig.contents.entries.keys()) expect(name).toMatch(/^blobs\/[0-9a-f]{2}\/[0-9a-f]{32}$/u)
})

test.for(['/v1/objects/%ff', '/v1/objects/a//b', '/v1/objects/a%00', '/v1/objects/a/', '/v1/objects//a'])(
  'no path: %s',
  async (url) => {
    const rig = await openRig()
    const token = await rig.token('writer')
    expect((await rig.send('PUT', url, { token, body: 'x' })).status).toBe(400)
    expect(rig.contents.entries.size).toBe(0)
  },
)

test.for([
  ['bytes=0-0', 206, 'bytes 0-0/10', [0, 1]],
  ['bytes=3-', 206, 'bytes 3-9/10', [3, 10]],
  ['bytes=-4', 206, 'bytes 6-9/10', [6, 10]],
  ['bytes=-40', 206, 'bytes 0-9/10', [0, 10]],
  ['bytes=8-99', 206, 'bytes 8-9/10', [8, 10]],
  ['bytes=10-', 416, 'bytes */10', undefined],
  ['bytes=-0', 416, 'bytes */10', undefined],
  ['bytes=5-4', 200, null, [0, 10]],
  ['bytes=0-1,4-5', 200, null, [0, 10]],
  ['lines=0-1', 200, null, [0, 10]],
] as const)('the range %s is answered by %i', async ([range, status, contentRange, slice]) => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const data = bytes(10)
  await rig.send('PUT', '/v1/objects/x', { token, body: data })
  const response = await rig.send('GET', '/v1/objects/x', { token, headers: { range } })
  expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange])
  const refused = { http: 416, code: 416, status: 'INVALID_ARGUMENT', details: undefined }
  const answer = slice === undefined ? await refusalOf(response) : await bodyOf(response)
  expect(answer).toEqual(slice === undefined ? refused : data.slice(...slice))
})

test('conditions: on what is written, and on what is read', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const put = async (headers: Record<string, string>) =>
    await rig.send('PUT', '/v1/objects/x', { token, body: 'x', headers })
  expect((await put({ 'if-match': '"none"' })).status).toBe(412)
  const made = await put({ 'if-none-match': '*' })
  const { version } = (await made.json()) as { version: string }
  expect((await put({ 'if-none-match': '*' })).status).toBe(409)
  expect((await put({ 'if-none-match': `"${version}"` })).status).toBe(400)
  const get = async (headers: Record<string, string>) => await rig.send('GET', '/v1/objects/x', { token, headers })
  expect((await get({ 'if-match': `"${version}"` })).status).toBe(200)
  expect((await get({ 'if-none-match': `W/"${version}"` })).status).toBe(304)
  expect((await put({ 'if-match': `"${version}"` })).status).toBe(201)
  expect((await get({ 'if-match': `"${version}"` })).status).toBe(412)
  expect((await get({ 'if-range': `"${version}"`, range: 'bytes=0-0' })).status).toBe(200)
})

test('of many writers with the same condition, one wins', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const race = async (headers: Record<string, string>) => {
    const put = async (index: number) =>
      await rig.send('PUT', '/v1/objects/x', { token, body: `writer ${index}`, headers })
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => put(index)))
    return answers.filter(({ status }) => status === 201)
  }
  const [made, ...others] = await race({ 'if-none-match': '*' })
  expect(others).toEqual([])
  const { version } = (await (made as Response).json()) as { version: string }
  expect(await race({ 'if-match': `"${version}"` })).toHaveLength(1)
  expect(rig.contents.entries.size).toBe(1)
})

test('who reads reads on, whatever is written or removed meanwhile; then the blobs go', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const data = bytes(700_000)
  await rig.send('PUT', '/v1/objects/x', { token, body: data })
  const early = await rig.send('GET', '/v1/objects/x', { token })
  await rig.send('PUT', '/v1/objects/x', { token, body: 'new' })
  const late = await rig.send('GET', '/v1/objects/x', { token })
  expect((await rig.send('DELETE', '/v1/objects/x', { token })).status).toBe(204)
  expect(rig.contents.entries.size).toBe(2)
  expect(await bodyOf(early)).toEqual(data)
  await late.body?.cancel()
  await expect.poll(() => rig.contents.entries.size).toBe(0)
  expect((await rig.send('GET', '/v1/objects/x', { token })).status).toBe(404)
  expect((await rig.send('DELETE', '/v1/objects/x', { token })).status).toBe(204)
})

test('a body of another length, or of other bytes, is kept from everybody', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const put = async (body: string, headers: Record<string, string>) =>
    await rig.send('PUT', '/v1/objects/x', { token, headers, connection: { body: chunked(body) } })
  expect((await put('short', { 'content-length': '6' })).status).toBe(422)
  expect((await put('long', { 'content-length': '3' })).status).toBe(422)
  expect((await put('bytes', { 'gantry-crc32': '00000000' })).status).toBe(422)
  const broken = { connection: { body: breaking() }, headers: { 'content-length': '9' }, token }
  expect((await rig.send('PUT', '/v1/objects/x', broken)).status).toBe(400)
  expect((await rig.send('HEAD', '/v1/objects/x', { token })).status).toBe(404)
  expect(rig.contents.entries.size).toBe(0)
})

async function* chunked(text: string): AsyncGenerator<Uint8Array, void> {
  for (const letter of text) yield Buffer.from(letter)
}

async function* breaking(): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from('some')
  throw new Error('ECONNRESET')
}

test('limits of size and quotas', async () => {
  const rig = await openRig({ limits: { objectBytes: 100 } })
  const token = await rig.token('writer', { quota: 150 })
  const put = async (path: string, length: number) =>
    (await rig.send('PUT', `/v1/objects/${path}`, { token, body: bytes(length) })).status
  expect(await put('a', 101)).toBe(413)
  const declared = { token, headers: { 'content-length': '101' }, connection: { body: chunked('x'.repeat(101)) } }
  expect((await rig.send('PUT', '/v1/objects/a', declared)).status).toBe(413)
  expect(await put('a', 100)).toBe(201)
  expect(await put('b', 51)).toBe(507)
  expect(await put('b', 50)).toBe(201)
  // What is replaced or removed counts no more.
  expect(await put('a', 90)).toBe(201)
  expect(await put('c', 11)).toBe(507)
  await rig.send('DELETE', '/v1/objects/b', { token })
  expect(await put('c', 60)).toBe(201)
  expect((await rig.hub.accounts.list())[0]?.used).toBe(150)
  expect(rig.contents.entries.size).toBe(2)
})

test('what others own is neither seen, nor replaced, nor removed; but by an admin', async () => {
  const rig = await openRig()
  const [one, other, admin] = [
    await rig.token('one'),
    await rig.token('other'),
    await rig.token('admin', { scopes: ['admin', 'sources:read', 'sources:write'] }),
  ]
  await rig.send('PUT', '/v1/objects/x', { token: one, body: 'one' })
  expect((await rig.send('GET', '/v1/objects/x', { token: other })).status).toBe(404)
  const put = await rig.send('PUT', '/v1/objects/x', { token: other, body: 'other' })
  expect(await refusalOf(put)).toMatchObject({ http: 403, status: 'PERMISSION_DENIED' })
  expect((await rig.send('DELETE', '/v1/objects/x', { token: other })).status).toBe(403)
  const list = async (token: string) => (await (await rig.send('GET', '/v1/objects', { token })).json()) as object
  expect(await list(other)).toEqual({ objects: [] })
  expect(await list(admin)).toMatchObject({ objects: [{ path: 'x' }] })
  expect(await (await rig.send('GET', '/v1/objects/x', { token: admin })).text()).toBe('one')
  expect((await rig.send('DELETE', '/v1/objects/x', { token: admin })).status).toBe(204)
})

test('lists are in the order of UTF-8 bytes, paged, at a prefix or below it', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const paths = ['a', 'a-b', 'a/1', 'a/2', 'a/\u{ff5e}', 'a/\u{1f600}', 'a0', 'b']
  for (const path of paths.toReversed()) {
    await rig.send('PUT', `/v1/objects/${path.split('/').map(encodeURIComponent).join('/')}`, { token, body: 'x' })
  }
  const list = async (query: string) => {
    const found: string[] = []
    for (let after = ''; ;) {
      const response = await rig.send('GET', `/v1/objects?limit=3&${query}&after=${encodeURIComponent(after)}`, {
        token,
      })
      const { objects, next } = (await response.json()) as { objects: { path: string }[]; next?: string }
      found.push(...objects.map(({ path }) => path))
      if (next === undefined) return found
      after = next
    }
  }
  expect(await list('')).toEqual(paths)
  expect(await list('prefix=a')).toEqual(['a', 'a/1', 'a/2', 'a/\u{ff5e}', 'a/\u{1f600}'])
  expect(await list('prefix=a/')).toEqual(['a/1', 'a/2', 'a/\u{ff5e}', 'a/\u{1f600}'])
  expect((await rig.send('GET', '/v1/objects?limit=0', { token })).status).toBe(400)
})
