import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { collect, Store } from '@gantry/core'
import { describe, expect, onTestFinished, test } from 'vitest'

import { remoteStore } from './remote-store.ts'

/** A store on a server that answers as it is told. */
async function answering(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return new Store(remoteStore({ root: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
}

async function pathsIn(store: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path)
  return paths
}

const bytes = Buffer.from('some bytes')

/** As a hub answers, of one file. */
function hub({ method, headers }: IncomingMessage, response: ServerResponse): void {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/u.exec(headers.range ?? '') ?? []
  const start = Number(from ?? 0)
  if (start >= bytes.length) return void response.writeHead(416).end()
  const part = bytes.subarray(start, to === undefined || to === '' ? undefined : Number(to) + 1)
  response.writeHead(from === undefined ? 200 : 206, {
    'content-length': part.length,
    etag: '"1"',
    ...(from !== undefined && { 'content-range': `bytes ${start}-${start + part.length - 1}/${bytes.length}` }),
  })
  response.end(method === 'HEAD' ? undefined : part)
}

const signIn = (_: IncomingMessage, response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>\nSign in\n</html>\n')

const foreign = { code: 'unavailable', message: expect.stringContaining('not one of a hub') }

describe('a store that a hub serves', () => {
  test('gives bytes, and ranges of them, those without any too', async () => {
    const store = await answering(hub)
    for (const [range, text] of [
      [undefined, 'some bytes'],
      [{ start: 0 }, 'some bytes'],
      [{ start: 5 }, 'bytes'],
      [{ start: 2, end: 4 }, 'me'],
      [{ start: 3, end: 3 }, ''],
      [{ start: 0, end: 0 }, ''],
      [{ start: 10 }, ''],
    ] as const) {
      const { entry, body } = await store.read({ path: 'a', version: '1' }, range)
      expect(entry).toMatchObject({ size: 10, version: '1' })
      expect(new TextDecoder().decode(await collect(body))).toBe(text)
    }
    await expect(store.read('a', { start: 11 })).rejects.toMatchObject({ code: 'invalid' })
    const another = store.read({ path: 'a', version: '2' }, { start: 3, end: 3 })
    await expect(another).rejects.toMatchObject({ code: 'precondition_failed' })
  })

  test('that knows no ranges is told so, and not asked again', async () => {
    const store = await answering((_, response) => void response.end(bytes))
    await expect(store.read('a', { start: 2, end: 4 })).rejects.toMatchObject({ code: 'unsupported', retryable: false })
  })

  test('behind a page to sign in at is none', async () => {
    const store = await answering(signIn)
    await expect(pathsIn(store)).rejects.toMatchObject(foreign)
    await expect(store.stat('a')).rejects.toMatchObject(foreign)
    await expect(store.read('a')).rejects.toMatchObject(foreign)
  })

  test('whose lines have no end is none', async () => {
    const store = await answering((_, response) => {
      const more = () => {
        while (response.writable && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    })
    await expect(pathsIn(store)).rejects.toMatchObject(foreign)
  })

  test('whose list is cut off did not list all', async () => {
    const store = await answering((_, response) => void response.end('{"path":"a"}\n'))
    await expect(pathsIn(store)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
