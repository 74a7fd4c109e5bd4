import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { bytesOf, collect, Store } from '@gantry/core'
import { s3 } from '@gantry/s3'
import { startS3Server } from '@gantry/testkit/s3-server'
import { describe, expect, onTestFinished, test } from 'vitest'

import { bucket } from './bucket.ts'

/** A public bucket and a private one, with objects below a prefix. */
async function buckets(paths: readonly string[]) {
  const server = await startS3Server({ publicBuckets: ['open'], buckets: ['closed'] })
  onTestFinished(async () => await server.close())
  const { endpoint, region, credentials } = server.clientConfig
  const writer = new Store(s3({ bucket: 'open', prefix: 'v1/dicomweb', endpoint, region, credentials }))
  const bytes = new TextEncoder().encode('some bytes')
  const rest = paths.values()
  const lane = async () => {
    for (const path of rest) await writer.write({ path, size: bytes.length }, bytesOf(bytes))
  }
  await Promise.all(Array.from({ length: 8 }, lane))
  return { server, store: new Store(bucket({ bucket: 'open', bucketPrefix: '/v1/dicomweb/', endpoint })), bytes }
}

async function pathsIn(store: Store, prefix = ''): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list({ prefix })) paths.push(path)
  return paths
}

/** A server that answers as it is told, and keeps what it was asked. */
async function answering(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    asked.push(request.headers)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return { asked, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('a bucket', () => {
  test('lists all pages, whatever keys are called, by whole segments', { timeout: 60_000 }, async () => {
    const many = Array.from({ length: 1005 }, (_, index) => `many/${String(index).padStart(4, '0')}`)
    const odd = ['odd/a b+c&<>".dcm', 'odd/é%41.dcm', 'oddity']
    const { store } = await buckets([...many, ...odd])
    expect((await pathsIn(store, 'many')).toSorted()).toEqual(many)
    expect((await pathsIn(store, 'odd')).toSorted()).toEqual(odd.slice(0, 2).toSorted())
    expect(await pathsIn(store, 'oddity')).toEqual(['oddity'])
    for (const path of odd) expect((await store.stat(path)).size).toBe(10)
  })

  test('gives bytes and ranges of them', async () => {
    const { store, bytes } = await buckets(['a/b'])
    expect(Buffer.from(await collect((await store.read('a/b')).body)).equals(bytes)).toBe(true)
    for (const [range, text] of [
      [{ start: 5 }, 'bytes'],
      [{ start: 0, end: 4 }, 'some'],
      [{ start: 3, end: 3 }, ''],
      [{ start: 10 }, ''],
    ] as const) {
      expect(new TextDecoder().decode(await collect((await store.read('a/b', range)).body))).toBe(text)
    }
    await expect(store.read('a/b', { start: 11 })).rejects.toMatchObject({ code: 'invalid' })
    await expect(store.read('a/c')).rejects.toMatchObject({ code: 'not_found' })
    await expect(store.stat('a/c')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('that is not public is refused, and is not an empty one (fault 3)', async () => {
    const { server } = await buckets([])
    const closed = new Store(bucket({ bucket: 'closed', endpoint: server.url }))
    await expect(pathsIn(closed)).rejects.toMatchObject({ code: 'permission_denied' })
  })

  test('is asked without credentials where there is no token, and with it where there is one (fault 4)', async () => {
    const { asked, endpoint } = await answering((_, response) => response.writeHead(401).end())
    await expect(pathsIn(new Store(bucket({ bucket: 'b', endpoint })))).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await expect(pathsIn(new Store(bucket({ bucket: 'b', endpoint, token: 'secret' })))).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    expect(asked.map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer secret'])
  })

  test('that answers with a page of another kind is no list, and no range (fault 3)', async () => {
    const { endpoint } = await answering((_, response) => response.end('<html>Welcome</html>'))
    const store = new Store(bucket({ bucket: 'b', endpoint }))
    await expect(pathsIn(store)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(store.read('a', { start: 2, end: 9 })).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('that answers with another range is refused; one that hides which it is, is not', async () => {
    let range: string | undefined = 'bytes 0-3/10'
    const { endpoint } = await answering((_, response) => {
      response
        .writeHead(206, { 'content-length': 4, ...(range !== undefined && { 'content-range': range }) })
        .end('some')
    })
    const store = new Store(bucket({ bucket: 'b', endpoint }))
    await expect(store.read('a', { start: 5, end: 9 })).rejects.toMatchObject({ code: 'unsupported' })
    range = undefined
    expect(new TextDecoder().decode(await collect((await store.read('a', { start: 5, end: 9 })).body))).toBe('some')
  })

  test('whose answer is cut fails', async () => {
    const { endpoint } = await answering((_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('half')
      setImmediate(() => response.destroy())
    })
    const { body } = await new Store(bucket({ bucket: 'b', endpoint })).read('a')
    await expect(collect(body)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('does not list for ever, and nothing that is damaged', async () => {
    let asked = 0
    const sizes = { same: '1', damaged: 'abc' }
    const { endpoint } = await answering(({ url = '' }, response) => {
      asked += 1
      const [name = ''] = url.slice(1).split('?')
      const token = asked < 9 ? '<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>' : ''
      const object = `<Contents><Key>a</Key><Size>${sizes[name as keyof typeof sizes]}</Size></Contents>`
      response.end(`<ListBucketResult>${token}${object}</ListBucketResult>`)
    })
    const same = pathsIn(new Store(bucket({ bucket: 'same', endpoint })))
    await expect(same).rejects.toMatchObject({ code: 'unsupported' })
    expect(asked).toBe(2)
    const damaged = pathsIn(new Store(bucket({ bucket: 'damaged', endpoint })))
    await expect(damaged).rejects.toMatchObject({ code: 'unavailable' })
  })

  test.for(['http://example.org', 'https://user@example.org', 'ftp://example.org', 'nowhere'])(
    'has no endpoint %s, to which a token must not go',
    (endpoint) => {
      expect(() => bucket({ bucket: 'b', endpoint, token: 'secret' })).toThrowError(/^(?!.*secret)/u)
    },
  )

  test.for(['', '..', 'a/b', 'a?b'])('is not called %s', (name) => {
    expect(() => bucket({ bucket: name })).toThrowError(expect.objectContaining({ code: 'invalid' }))
  })
})
