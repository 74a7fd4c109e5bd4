import { get, type IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { ask, closeServersAfterEach, objectUrl, patch, put, reasonOf, startServer, uploadUrl } from './test-rig.ts'

closeServersAfterEach()

test('a gzipped object is unzipped for who does not take gzip, and then a range is passed over', async () => {
  const server = await startServer()
  const zipped = gzipSync('hello '.repeat(100))
  await put(server, 'z', zipped, '&contentEncoding=gzip')
  // Not fetch, which would unzip what it gets.
  const read = async (headers: Record<string, string>) => {
    const head = Promise.withResolvers<IncomingMessage>()
    get(objectUrl(server, 'z', '?alt=media'), { headers }, head.resolve)
    const answer = await head.promise
    const chunks = (await answer.toArray()) as Buffer[]
    return { status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) }
  }
  const stored = await read({ 'accept-encoding': 'gzip', range: 'bytes=2-5' })
  expect([stored.status, stored.bytes.equals(zipped.subarray(2, 6))]).toEqual([206, true])
  expect(stored.headers['content-encoding']).toBe('gzip')
  const unzipped = await read({ range: 'bytes=2-5' })
  expect([unzipped.status, unzipped.bytes.toString()]).toEqual([200, 'hello '.repeat(100)])
  expect(unzipped.headers).toMatchObject({
    'x-goog-stored-content-encoding': 'gzip',
    'x-goog-stored-content-length': String(zipped.length),
  })
  expect(unzipped.headers).not.toHaveProperty('content-encoding')
})

test('ranges, and where there is none', async () => {
  const server = await startServer()
  await put(server, 'a', 'hello')
  const read = async (range: string) => await fetch(objectUrl(server, 'a', '?alt=media'), { headers: { range } })
  const tail = await read('bytes=-2')
  expect([tail.status, tail.headers.get('content-range'), await tail.text()]).toEqual([206, 'bytes 3-4/5', 'lo'])
  expect((await read('bytes=5-')).status).toBe(416)
  expect(await (await read('bytes=0-1,3-4')).text()).toBe('hello')
})

test('conditions of reads and of changes', async () => {
  const server = await startServer()
  const { told } = await put(server, 'a', 'hello')
  const status = async (query: string, init: RequestInit = {}) =>
    (await fetch(objectUrl(server, 'a', query), init)).status
  expect(await status(`?alt=media&ifGenerationMatch=${told.generation}`)).toBe(200)
  expect(await status('?alt=media&ifGenerationMatch=1')).toBe(412)
  expect(await status(`?ifGenerationNotMatch=${told.generation}`)).toBe(304)
  expect(await status('?ifMetagenerationMatch=2')).toBe(412)
  expect((await patch(server, 'a', { metadata: { x: 'y' } }, '?ifMetagenerationMatch=1')).told.metageneration).toBe('2')
  expect(await status('?ifMetagenerationMatch=2')).toBe(200)
  expect(await status('?ifGenerationMatch=1', { method: 'DELETE' })).toBe(412)
  expect(await status('', { method: 'DELETE' })).toBe(204)
  expect(await status('?alt=media&ifGenerationMatch=1')).toBe(404)
})

test('pages of lists, of names and of prefixes', async () => {
  const server = await startServer()
  const names = ['a', 'b/1', 'b/2', 'c', 'd/1', 'é', '\uFF5E', '\u{1F600}']
  for (const name of names.toReversed()) await put(server, name, name)
  const pages = async (query: string) => {
    const shown: string[] = []
    let token = ''
    do {
      const answer = await fetch(
        `${server.url}/storage/v1/b/bucket/o?maxResults=2${query}&pageToken=${encodeURIComponent(token)}`,
      )
      const page = (await answer.json()) as { items?: { name: string }[]; prefixes?: string[]; nextPageToken?: string }
      const { items = [], prefixes = [] } = page
      expect(items.length + prefixes.length).toBeLessThanOrEqual(2)
      shown.push(...items.map(({ name }) => name), ...prefixes)
      token = page.nextPageToken ?? ''
    } while (token !== '')
    return shown
  }
  expect(await pages('')).toEqual(names)
  expect((await pages('&delimiter=/')).toSorted()).toEqual(
    ['a', 'b/', 'c', 'd/', 'é', '\u{1F600}', '\uFF5E'].toSorted(),
  )
  expect(await pages('&prefix=b/')).toEqual(['b/1', 'b/2'])
  expect(await pages('&startOffset=b/2&endOffset=d/1')).toEqual(['b/2', 'c'])
})

test('holds and retention stand before removal and replacement', async () => {
  let now = Date.UTC(2026, 0, 1)
  const buckets = [
    { name: 'bucket', objectRetention: true },
    { name: 'policy', retentionPeriod: 60 },
  ]
  const server = await startServer({ buckets, now: () => now })
  const remove = () => ask(objectUrl(server, 'a'), { method: 'DELETE' })
  await put(server, 'a', 'hello')
  await patch(server, 'a', { temporaryHold: true })
  expect(await reasonOf(remove())).toBe('objectUnderActiveHold')
  await patch(server, 'a', { temporaryHold: false, retention: until(now + 60_000) })
  expect(await reasonOf(remove())).toBe('retentionPolicyNotMet')
  expect(await reasonOf(put(server, 'a', 'other'))).toBe('retentionPolicyNotMet')
  expect((await patch(server, 'a', { retention: until(now + 90_000) })).status).toBe(200)
  expect((await patch(server, 'a', { retention: until(now + 30_000) })).status).toBe(403)
  expect((await patch(server, 'a', { retention: until(now + 30_000) }, '?overrideUnlockedRetention=true')).status).toBe(
    200,
  )
  now += 31_000
  expect((await remove()).status).toBe(204)
  const kept = uploadUrl(server, 'a').replace('/bucket/', '/policy/')
  await ask(kept, { method: 'POST', body: 'hello' })
  const at = objectUrl(server, 'a').replace('/bucket/', '/policy/')
  expect(await reasonOf(ask(at, { method: 'DELETE' }))).toBe('retentionPolicyNotMet')
  expect((await ask(at)).told).toMatchObject({ retentionExpirationTime: new Date(now + 60_000).toISOString() })
})

function until(time: number) {
  return { mode: 'Unlocked', retainUntilTime: new Date(time).toISOString() }
}

test('rewriting: at once, or step by step where the caller says so; composing', async () => {
  const server = await startServer()
  await put(server, 'a', 'hello')
  await put(server, 'b', 'world')
  const rewrite = async (query: string) => {
    const answer = await fetch(`${objectUrl(server, 'a')}/rewriteTo/b/bucket/o/c${query}`, {
      method: 'POST',
      body: JSON.stringify({ storageClass: 'COLDLINE' }),
    })
    return (await answer.json()) as { done: boolean; rewriteToken?: string; resource?: { storageClass: string } }
  }
  const first = await rewrite('?maxBytesRewrittenPerCall=3')
  expect(first.done).toBe(false)
  const second = await rewrite(`?maxBytesRewrittenPerCall=3&rewriteToken=${first.rewriteToken}`)
  expect(second).toMatchObject({ done: true, resource: { storageClass: 'COLDLINE' } })
  const body = JSON.stringify({ sourceObjects: [{ name: 'a' }, { name: 'b' }], destination: {} })
  const { told } = await ask(`${objectUrl(server, 'd')}/compose?ifGenerationMatch=0`, { method: 'POST', body })
  const { crc32c } = (await put(server, 'whole', 'helloworld')).told
  expect(told).toMatchObject({ size: '10', componentCount: 2, crc32c })
  expect(told).not.toHaveProperty('md5Hash')
})

test('a versioned bucket keeps what is removed or replaced, until its generation is removed', async () => {
  const server = await startServer({ buckets: [{ name: 'bucket', versioning: true }] })
  const first = (await put(server, 'a', 'one')).told.generation
  const second = (await put(server, 'a', 'two')).told.generation
  const read = async (generation: string) =>
    await (await fetch(objectUrl(server, 'a', `?alt=media&generation=${generation}`))).text()
  expect([await read(first), await read(second)]).toEqual(['one', 'two'])
  const remove = async (query = '') => (await ask(objectUrl(server, 'a', query), { method: 'DELETE' })).status
  expect(await remove()).toBe(204)
  expect((await ask(objectUrl(server, 'a'))).status).toBe(404)
  const names = async () => {
    const answer = await fetch(`${server.url}/storage/v1/b/bucket/o?versions=true`)
    return ((await answer.json()) as { items?: { generation: string }[] }).items?.map(({ generation }) => generation)
  }
  expect(await names()).toEqual([first, second])
  expect(await remove(`?generation=${first}`)).toBe(204)
  expect(await names()).toEqual([second])
  expect(await remove(`?generation=${first}`)).toBe(404)
})
