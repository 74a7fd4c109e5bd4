import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

import { bytesOf, type GantryError, Store } from '@gantry/core'
import { startS3Server } from '@gantry/testkit/s3-server'
import { describe, expect, onTestFinished, test } from 'vitest'

import { s3 } from '../s3.ts'
import { failure, get, hello, large, list, openStub, put, type StubAnswer, uploadsOf } from '../test-rig.ts'

/** That a request was signed for. */
function regionOf({ authorization = '' }: IncomingMessage['headers']): string {
  return /\/\d{8}\/([^/]+)\//u.exec(authorization)?.[1] ?? 'none'
}

describe('what the service teaches', () => {
  test('its region', async () => {
    const regions: string[] = []
    const store = await openStub(({ headers }) => {
      const region = regionOf(headers)
      regions.push(region)
      if (region !== 'eu-south-2') return [400, { 'x-amz-bucket-region': 'eu-south-2' }]
      return [200, { etag: '"x"', 'content-length': '5' }, 'hello']
    })
    await get(store, 'entry')
    await get(store, 'entry')
    expect(regions).toEqual(['us-east-1', 'eu-south-2', 'eu-south-2'])
  })

  test('its clock', async () => {
    const now = () => Date.now() + 3_600_000
    const server = await startS3Server({ buckets: ['gantry'], now })
    onTestFinished(async () => await server.close())
    const { url, region, credentials } = server
    const store = new Store(s3({ bucket: 'gantry', endpoint: url, region, credentials }))
    onTestFinished(async () => await store.close())
    await put(store, 'entry')
    expect(await get(store, 'entry')).toHaveLength(5)
    expect(await list(store)).toHaveLength(1)
  })

  test.each([
    ['', undefined],
    ['hello', undefined],
    ['hello', 'GLACIER'],
  ])('its clock to a HEAD, whose answers are mute, of %j of class %s', async (text, tier) => {
    const server = await startS3Server({ buckets: ['gantry'], now: () => Date.now() + 3_600_000 })
    onTestFinished(async () => await server.close())
    const { url, region, credentials } = server
    const open = () => {
      const store = new Store(s3({ bucket: 'gantry', endpoint: url, region, credentials, storageClasses: ['GLACIER'] }))
      onTestFinished(async () => await store.close())
      return store
    }
    const bytes = Buffer.from(text)
    await open().write({ path: 'entry', size: bytes.length, ...(tier !== undefined && { tier }) }, bytesOf(bytes))
    expect(await open().stat('entry')).toMatchObject({ size: bytes.length })
  })

  test.each<[string, number, string | undefined]>([
    ['AuthorizationHeaderMalformed', 400, undefined],
    ['PermanentRedirect', 301, 'eu-south-2'],
    ['TemporaryRedirect', 307, 'eu-south-2'],
  ])('its region to calls of the SDK, by %s', async (code, status, header) => {
    const regions: string[] = []
    const region = header === undefined ? '<Region>eu-south-2</Region>' : ''
    const store = await openStub(({ headers }) => {
      regions.push(regionOf(headers))
      if (regions.at(-1) === 'eu-south-2') {
        return [200, {}, '<Result><UploadId>id</UploadId></Result>']
      }
      const told: StubAnswer[1] = header === undefined ? {} : { 'x-amz-bucket-region': header }
      return [status, told, `<Error><Code>${code}</Code>${region}</Error>`]
    })
    expect(await uploadsOf(store).begin({ path: 'entry' })).toMatchObject({ id: 'id' })
    await uploadsOf(store).abort({ path: 'entry', id: 'id' })
    expect(regions).toEqual(['us-east-1', 'eu-south-2', 'eu-south-2'])
  })

  test('its region to a HEAD, whose answers are mute', async () => {
    const store = await openStub(({ headers, method }) => {
      if (regionOf(headers) === 'eu-south-2') return [200, { etag: '"x"', 'content-length': '5' }, 'hello']
      if (method === 'HEAD') return [400]
      return [400, {}, '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-south-2</Region></Error>']
    })
    expect(await store.stat('entry')).toMatchObject({ size: 5 })
  })

  test('that it is too old for checksums: then it is given MD5s, and nothing is called checked that is not', async () => {
    const puts: IncomingMessage['headers'][] = []
    const store = await openStub((request) => {
      if (request.method === 'PUT') puts.push(request.headers)
      return [200, { etag: '"opaque"' }]
    })
    expect(store.abilities.digests).toEqual(['crc32c'])
    expect((await put(store, 'first')).digests).toBeUndefined()
    expect(store.abilities.digests).toEqual([])
    const chunks = bytesOf(large.subarray(0, 1_000_000), large.subarray(1_000_000))
    await store.write({ path: 'second', size: large.length }, chunks)
    expect(
      puts.map((headers) => [headers['x-amz-checksum-crc32c'], headers['content-md5'], headers['x-amz-trailer']]),
    ).toEqual([
      ['mnG7TA==', 'XUFAKrxLKna5cZ2REBfFkg==', undefined],
      [undefined, expect.stringMatching(/^\S{24}$/u), undefined],
    ])
  })

  test('that it does not take checksums behind a body, although it keeps them', async () => {
    let trailers = 0
    const store = await openStub(({ headers, method }) => {
      if (method !== 'PUT') return [404]
      if (headers['x-amz-trailer'] !== undefined) trailers += 1
      if (headers['x-amz-trailer'] !== undefined) return [411, {}, '<Error><Code>MissingContentLength</Code></Error>']
      const checksum = headers['x-amz-checksum-crc32c']
      return [200, { etag: '"x"', ...(typeof checksum === 'string' && { 'x-amz-checksum-crc32c': checksum }) }]
    })
    await put(store, 'first')
    const write = async () => {
      const chunks = bytesOf(large.subarray(0, 1_000_000), large.subarray(1_000_000))
      return await store.write({ path: 'second', size: large.length }, chunks)
    }
    await expect(write()).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    expect((await write()).digests?.crc32c).toMatch(/^[0-9a-f]{8}$/u)
    expect(trailers).toBe(1)
  })

  const chunked = () => bytesOf(large.subarray(0, 1_000_000), large.subarray(1_000_000))
  const errorOf = (code: string) => `<Error><Code>${code}</Code></Error>`
  /** What a service answers that keeps checksums and repeats them. */
  const taken = (headers: IncomingMessage['headers']): StubAnswer => {
    const checksum = headers['x-amz-checksum-crc32c']
    return [200, { etag: '"x"', ...(typeof checksum === 'string' && { 'x-amz-checksum-crc32c': checksum }) }]
  }

  test.each([
    ['the checksum', (headers: IncomingMessage['headers']) => headers['x-amz-trailer'] !== undefined, 1],
    ['something else', ({ 'x-amz-meta-odd': odd }: IncomingMessage['headers']) => odd === undefined, 2],
  ] as const)('whether %s was why it refused one behind a body', async (_name, refuses, most) => {
    let trailers = 0
    let refusing = false
    const store = await openStub(({ headers, method }) => {
      if (method !== 'PUT') return [404]
      if (headers['x-amz-trailer'] !== undefined) trailers += 1
      return refusing && refuses(headers) ? [400, {}, errorOf('InvalidArgument')] : taken(headers)
    })
    await put(store, 'first')
    refusing = true
    const write = async () => await store.write({ path: 'second', size: large.length }, chunked())
    expect(await failure(write())).toMatchObject({ code: 'unavailable', retryable: true })
    const outcome = await write().then(
      () => 'written',
      (error: GantryError) => error.code,
    )
    expect(outcome).toBe(most === 1 ? 'written' : 'invalid')
    refusing = most === 1
    await write().catch(() => {})
    expect(trailers).toBe(most)
  })

  test('that it keeps the frames of a body: they are removed, and sent no more', async () => {
    const kept = new Map<string, Record<string, string>>()
    const store = await openStub(({ headers, method, url = '' }) => {
      if (method === 'DELETE') kept.delete(url)
      if (method === 'DELETE') return [204]
      if (method === 'HEAD') return [kept.has(url) ? 200 : 404, kept.get(url) ?? {}]
      const checksum = headers['x-amz-checksum-crc32c']
      const told: Record<string, string> = typeof checksum === 'string' ? { 'x-amz-checksum-crc32c': checksum } : {}
      kept.set(url, { etag: '"x"', 'content-length': headers['content-length'] ?? '', ...told })
      return [200, { etag: '"x"' }]
    })
    await put(store, 'first')
    const write = async () => await store.write({ path: 'second', size: large.length }, chunked())
    expect(await failure(write())).toMatchObject({ code: 'unavailable', retryable: true })
    expect([...kept.keys()]).toEqual(['/bucket/first'])
    await write()
    expect(kept.get('/bucket/second')?.['content-length']).toBe(String(large.length))
  })

  test.each(['InvalidArgument', 'InvalidRequest'])(
    'that it refuses checksums with %s, by what it takes without',
    async (code) => {
      const puts: boolean[] = []
      let refusing = (headers: IncomingMessage['headers']) => headers['x-amz-checksum-crc32c'] !== undefined
      const store = await openStub(({ headers, method }) => {
        if (method === 'HEAD') return [404]
        puts.push(headers['x-amz-checksum-crc32c'] !== undefined)
        return refusing(headers) ? [400, {}, errorOf(code)] : [200, { etag: '"x"' }]
      })
      const one = async (path: string) => await put(store, path)
      await one('first')
      await one('second')
      expect(puts).toEqual([true, false, false])
      expect(store.abilities.digests).toEqual([])
      puts.length = 0
      // What is refused without it as well says nothing of it.
      refusing = () => true
      const other = await openStub(() => [400, {}, errorOf(code)])
      expect((await failure(put(other, 'first'))).code).toBe('invalid')
      expect(other.abilities.digests).toEqual(['crc32c'])
    },
  )

  test('that it refuses checksums of uploads in parts', async () => {
    const store = await openStub(({ headers, url = '' }) => {
      if (!url.includes('uploads')) return [404]
      if (headers['x-amz-checksum-algorithm'] !== undefined) return [400, {}, errorOf('InvalidArgument')]
      const id = '<UploadId>1</UploadId>'
      return [200, {}, `<InitiateMultipartUploadResult>${id}</InitiateMultipartUploadResult>`]
    })
    expect(await uploadsOf(store).begin({ path: 'entry' })).toMatchObject({ id: '1' })
    expect(store.abilities.digests).toEqual([])
  })

  test('that it has no uploads in parts, by the option', async () => {
    const lengths: (string | undefined)[] = []
    const answer = ({ headers, method }: IncomingMessage): StubAnswer => {
      if (method === 'PUT') lengths.push(headers['content-length'])
      return [200, { etag: `"${createHash('md5').update(large).digest('hex')}"` }]
    }
    const store = await openStub(answer, { uploadsInParts: false, checksum: 'md5' })
    expect(store.uploads).toBeUndefined()
    expect(await store.write({ path: 'entry', size: large.length }, chunked())).toMatchObject({ size: large.length })
    expect(lengths).toEqual([String(large.length)])
    const endless = store.write({ path: 'entry' }, bytesOf(large, large, large))
    expect(await failure(endless)).toMatchObject({ code: 'unsupported' })
  })

  test('that it repeats no checksum when it is written to, but keeps it', async () => {
    let checksum: string | undefined
    let heads = 0
    const store = await openStub(({ headers, method }) => {
      if (method === 'PUT') checksum = String(headers['x-amz-checksum-crc32c'])
      if (method === 'HEAD') heads += 1
      return [200, { etag: '"x"', ...(method === 'HEAD' && { 'x-amz-checksum-crc32c': checksum ?? '' }) }]
    })
    expect((await put(store, 'first')).digests).toEqual({ crc32c: '9a71bb4c' })
    expect((await put(store, 'second')).digests).toEqual({ crc32c: '9a71bb4c' })
    expect(heads).toBe(2)
  })
})

describe('what the service must not get away with', () => {
  test('another checksum than was sent', async () => {
    const store = await openStub(() => [200, { etag: '"x"', 'x-amz-checksum-crc32c': 'AAAAAA==' }])
    await expect(put(store, 'entry')).rejects.toMatchObject({ code: 'integrity' })
  })

  test('a write that no S3 has answered, or whose object has another length afterwards', async () => {
    const page: StubAnswer = [200, { 'content-type': 'text/html' }, '<html>log in</html>']
    const portal = await openStub(() => page)
    expect(await failure(put(portal, 'entry'))).toMatchObject({ code: 'unavailable', retryable: true })
    expect((await failure(put(portal, 'entry', large))).code).toBe('unavailable')
    const short = await openStub(({ method }) => [
      200,
      { etag: '"x"', ...(method === 'HEAD' && { 'content-length': '4' }) },
    ])
    expect((await failure(put(short, 'entry'))).code).toBe('integrity')
  })

  test('an object without a length, or a range that is another', async () => {
    const store = await openStub(({ headers }) =>
      headers.range === undefined
        ? [200, { etag: '"x"', 'transfer-encoding': 'chunked' }, 'hello']
        : [206, { etag: '"x"', 'content-range': 'bytes 0-4/5', 'content-length': '5' }, 'hello'],
    )
    await expect(get(store, 'entry')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(store.read('entry', { start: 1, end: 3 })).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('an endless answer to a call', async () => {
    const store = await openStub(() => [200, {}, 'x'.repeat(40_000_000)])
    await expect(list(store)).rejects.toMatchObject({ code: 'invalid' })
  })
})

test('the checksum of hello, for the tests above', async () => {
  const server = await startS3Server({ buckets: ['gantry'] })
  onTestFinished(async () => await server.close())
  const { url, region, credentials } = server
  const store = new Store(s3({ bucket: 'gantry', endpoint: url, region, credentials }))
  onTestFinished(async () => await store.close())
  expect((await put(store, 'entry', hello)).digests?.crc32c).toBe('9a71bb4c')
})
