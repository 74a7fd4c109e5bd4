import { once } from 'node:events'
import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { DatabaseSync } from 'node:sqlite'

import { type Entry, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { expect, onTestFinished, test } from 'vitest'

import { openRig, requestToken, type Rig, sign, temporaryFolder } from '../testing/rig.ts'
import { openHub } from './open-hub.ts'
import { serveHub, type ServeHubOptions } from './serve-hub.ts'

async function serve(rig: Rig, options: ServeHubOptions = {}) {
  const served = await serveHub(rig.hub, options)
  onTestFinished(async () => await served.close(0))
  return served
}

test('objects pass over a real socket, ranges and HEAD too', async () => {
  const rig = await openRig()
  const headers = { Authorization: `Bearer ${await rig.token('writer')}` }
  const { url } = await serve(rig)
  const at = `${url}/v1/objects/${encodeURIComponent('ö\n')}`
  const body = Buffer.alloc(3_000_000, 'bytes ')
  expect((await fetch(at, { method: 'PUT', headers, body })).status).toBe(201)
  expect(Buffer.from(await (await fetch(at, { headers })).arrayBuffer()).equals(body)).toBe(true)
  const part = await fetch(at, { headers: { ...headers, Range: 'bytes=1000000-1000009' } })
  expect([part.status, await part.text()]).toEqual([206, body.subarray(1_000_000, 1_000_010).toString()])
  const head = await fetch(at, { method: 'HEAD', headers })
  expect(head.headers.get('content-length')).toBe('3000000')
  expect((await fetch(`${url}/v1/objects`, { method: 'GET', headers })).status).toBe(200)
  expect((await fetch(at, { method: 'DELETE', headers })).status).toBe(204)
  expect(rig.contents.entries.size).toBe(0)
})

test('a client that goes away leaves nothing: neither half an object nor a reader', async () => {
  const contents = new MemoryContents()
  const driver = memory({ contents })
  let begun = 0
  let broken = 0
  const kept = driver.write?.bind(driver)
  driver.write = async (entry, body, call) => {
    const told = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of body) {
        begun += 1
        yield chunk
      }
    }
    try {
      return (await kept?.(entry, told(), call)) as Entry
    } catch (error) {
      broken += 1
      throw error
    }
  }
  const rig = { ...(await openRig({ keeper: new Store(driver) })), contents }
  const token = await rig.token('writer')
  const { url, port } = await serve(rig)
  const socket = connect(port, '127.0.0.1')
  socket.write(`PUT /v1/objects/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100\r\n\r\n`)
  socket.write('half of it')
  await once(socket, 'connect')
  await expect.poll(() => begun).toBe(1)
  socket.destroy()
  await expect.poll(() => broken).toBe(1)
  const headers = { Authorization: `Bearer ${token}` }
  expect((await fetch(`${url}/v1/objects/x`, { headers })).status).toBe(404)
  expect(rig.contents.entries.size).toBe(0)

  await fetch(`${url}/v1/objects/y`, { method: 'PUT', headers, body: Buffer.alloc(40_000_000) })
  const leaving = new AbortController()
  const response = await fetch(`${url}/v1/objects/y`, { headers, signal: leaving.signal })
  await response.body?.getReader().read()
  await fetch(`${url}/v1/objects/y`, { method: 'DELETE', headers })
  expect(rig.contents.entries.size).toBe(1)
  leaving.abort()
  await expect.poll(() => rig.contents.entries.size).toBe(0)
})

test('the address is that of the socket, or what the trusted proxy says', async () => {
  const rig = await openRig({ limits: { tokensPerAddress: { burst: 1, perMinute: 1 } } })
  const attempt = async (url: string, forwarded: string) =>
    (await fetch(`${url}/token`, { method: 'POST', headers: { 'X-Forwarded-For': forwarded }, body: '' })).status
  const direct = await serve(rig)
  expect([await attempt(direct.url, '192.0.2.1'), await attempt(direct.url, '192.0.2.2')]).toEqual([400, 429])
  const behind = await serve(rig, { trustProxy: 1 })
  expect([await attempt(behind.url, '192.0.2.1'), await attempt(behind.url, '192.0.2.2')]).toEqual([400, 400])
  // What the client wrote itself before the proxy's entry is not believed.
  expect(await attempt(behind.url, '198.51.100.7, 192.0.2.2')).toBe(429)
  // Nor is it where there are fewer entries than proxies: the socket's address has had its one attempt.
  const behindTwo = await serve(rig, { trustProxy: 2 })
  expect(await attempt(behindTwo.url, '198.51.100.9')).toBe(429)
})

test('a sweep that is under way stops before the hub that serves is closed', async () => {
  const driver = memory()
  let isListing = false
  let goOn = () => {}
  const list = driver.list.bind(driver)
  driver.list = async function* (...given) {
    isListing = true
    await new Promise<void>((resolve) => (goOn = resolve))
    yield* list(...given)
  }
  const opened = await openHub({ folder: temporaryFolder(), keeper: new Store(driver) })
  const order: string[] = []
  const sweep: typeof opened.sweep = async (call) =>
    await opened.sweep(call).finally(() => {
      order.push('swept')
    })
  const served = await serveHub({ ...opened, sweep }, { sweepEvery: 1 })
  await expect.poll(() => isListing).toBe(true)
  const closed = served.close(0).then(() => order.push('closed'))
  await expect.poll(async () => await fetch(served.url).catch(() => 'refused')).toBe('refused')
  goOn()
  await closed
  await opened.close()
  expect(order).toEqual(['swept', 'closed'])
})

test('a port that is taken is an error with a code', async () => {
  const rig = await openRig()
  const { port } = await serve(rig)
  await expect(serveHub(rig.hub, { port })).rejects.toMatchObject({ code: 'unavailable' })
})

test('files are for their owner alone, and hold no private key of an account', async () => {
  const rig = await openRig()
  const file = await rig.hub.accounts.create('scanner', { scopes: ['sources:read'] })
  for (const name of ['hub.sqlite', 'signing-keys.json']) {
    expect(statSync(`${rig.folder}/${name}`).mode & 0o777).toBe(0o600)
  }
  const database = new DatabaseSync(`${rig.folder}/hub.sqlite`)
  const [row] = database.prepare('SELECT jwk FROM account_keys').all() as { jwk: string }[]
  database.close()
  expect(JSON.parse(row?.jwk ?? '{}')).toMatchObject({ kid: file.key.kid, kty: 'OKP' })
  expect(row?.jwk).not.toContain(String(file.key['d']))
})

test('a hub that is opened again knows its accounts, tokens and keys; a newer database is refused', async () => {
  const folder = temporaryFolder()
  const rig = await openRig()
  const keeper = () => new Store(memory())
  const first = await openHub({ folder, keeper: keeper() })
  const file = await first.accounts.create('scanner', { scopes: ['sources:read'] })
  const form = async (hub: typeof first) =>
    await requestToken(
      {
        send: async (method, path, more = {}) =>
          await hub.fetch(new Request(hub.issuer + path, { method, body: more.body as string })),
      },
      await sign({ now: Date.now() }, file),
    )
  const { access_token: token } = (await (await form(first)).json()) as { access_token: string }
  await first.close()
  const second = await openHub({ folder, keeper: keeper() })
  const list = new Request(`${second.issuer}/v1/objects`, { headers: { Authorization: `Bearer ${token}` } })
  expect((await second.fetch(list)).status).toBe(200)
  await second.close()
  const database = new DatabaseSync(`${folder}/hub.sqlite`)
  database.exec('PRAGMA user_version = 99')
  database.close()
  await expect(openHub({ folder, keeper: keeper() })).rejects.toMatchObject({ code: 'unsupported' })
  expect(rig.errors).toEqual([])
})
