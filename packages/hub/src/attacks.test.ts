import { truncateSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'
import { expect, onTestFinished, test, vi } from 'vitest'

import { serveHub } from './node/serve-hub.ts'
import { clientKey } from './rate-limit.ts'
import { issuer, openRig, shareId, temporaryFolder } from './testing/rig.ts'

test('a content type that no header can hold is refused with parts too', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  for (const contentType of ['text/plain\r\nX-Injected: y', 'текст', '']) {
    const begun = await rig.send('POST', '/v1/uploads', { token, json: { path: 'x', contentType } })
    expect(begun.status).toBe(400)
    const { id } = (await (await rig.send('POST', '/v1/uploads', { token, json: { path: 'x' } })).json()) as {
      id: string
    }
    const url = `/v1/uploads/${id}/complete`
    expect((await rig.send('POST', url, { token, json: { parts: [], contentType } })).status).toBe(400)
  }
  expect(rig.errors).toEqual([])
})

test('a small request that trickles is given up', async () => {
  const rig = await openRig()
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  onTestFinished(() => void vi.restoreAllMocks())
  let sent = 0
  const body = (async function* () {
    for (; sent < 1000; sent += 1) {
      now += 4000
      yield Uint8Array.of(97)
    }
  })()
  const response = await rig.hub.fetch(new Request(`${issuer}/token`, { method: 'POST' }), { body })
  expect(response.status).toBe(408)
  expect(sent).toBeLessThan(10)
  expect(rig.errors).toEqual([])
})

test('an expiry beyond what a date can be is refused', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  await rig.send('PUT', '/v1/objects/m', { token, body: 'm' })
  const json = { id: shareId(1), metadata: 'm', objects: [], expiresIn: Number.MAX_SAFE_INTEGER }
  expect((await rig.send('POST', '/v1/shares', { token, json })).status).toBe(400)
  expect(rig.errors).toEqual([])
})

test('who is refused again and again neither fills the audit nor hides what happened', async () => {
  const plenty = { burst: 1e6, perMinute: 1e6 }
  const rig = await openRig({ limits: { opensPerShare: plenty, opensPerAddress: plenty } })
  const token = await rig.token('owner')
  await rig.send('PUT', '/v1/objects/m', { token, body: 'm' })
  const json = { id: shareId(1), metadata: 'm', objects: [], maxOpens: 1 }
  await rig.send('POST', '/v1/shares', { token, json })
  const url = `/v1/shares/${shareId(1)}`
  expect((await rig.send('POST', `${url}/open`)).status).toBe(200)
  for (let batch = 0; batch < 11; batch += 1) {
    await Promise.all(Array.from({ length: 100 }, async () => await rig.send('POST', `${url}/open`)))
  }
  await rig.send('DELETE', url, { token })
  const { events } = (await (await rig.send('GET', `${url}/audit`, { token })).json()) as {
    events: { event: string }[]
  }
  expect(events).toHaveLength(1003)
  expect(events.filter(({ event }) => event !== 'refused').map(({ event }) => event)).toEqual([
    'created',
    'opened',
    'revoked',
  ])
})

test('what nests a million deep is refused before it is parsed', async () => {
  const rig = await openRig()
  const token = await rig.token('writer')
  const parse = vi.spyOn(JSON, 'parse')
  onTestFinished(() => parse.mockRestore())
  const body = '['.repeat(1_000_000)
  expect((await rig.send('POST', '/v1/uploads', { token, body })).status).toBe(400)
  expect(parse.mock.calls.some(([text]) => text === body)).toBe(false)
})

test('a body beyond the quota is cut off, and never kept meanwhile', async () => {
  const rig = await openRig()
  const token = await rig.token('small', { quota: 1000 })
  let taken = 0
  const endless = async function* () {
    for (; taken < 1_000_000; taken += 100) yield new Uint8Array(100)
  }
  const began = (await (await rig.send('POST', '/v1/uploads', { token, json: { path: 'y' } })).json()) as { id: string }
  for (const path of ['/v1/objects/x', `/v1/uploads/${began.id}/parts/1?offset=0`]) {
    taken = 0
    const response = await rig.send('PUT', path, { token, connection: { body: endless() } })
    expect(response.status).toBe(507)
    expect(taken).toBeLessThan(1200)
  }
  // Many at once, each within the quota: some of them are enough.
  const bodies = Array.from({ length: 20 }, async (_, index) => {
    const headers = { 'Gantry-Modified': '1' }
    return (await rig.send('PUT', `/v1/objects/${index}`, { token, body: new Uint8Array(100), headers })).status
  })
  const statuses = await Promise.all(bodies)
  expect(statuses.filter((status) => status === 201)).toHaveLength(10)
  expect(rig.contents.entries.size).toBe(10)
})

test('a download that fails is cut short: no words of the hub are in it, nor on its terminal', async () => {
  const root = temporaryFolder()
  const rig = await openRig({ keeper: new Store(fs({ root })) })
  const served = await serveHub(rig.hub, { sweepEvery: 0 })
  onTestFinished(async () => await served.close(0))
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => printed.mockRestore())
  const token = await rig.token('writer')
  const sizes = [1 << 20, 60]
  const begun = await rig.send('POST', '/v1/uploads', { token, json: { path: 'x' } })
  const { id } = (await begun.json()) as { id: string }
  const parts: unknown[] = []
  let lastBlob = ''
  for (const [index, size] of sizes.entries()) {
    const before = new Set(await readdir(root, { recursive: true }))
    const url = `/v1/uploads/${id}/parts/${index + 1}?offset=${index * (1 << 20)}`
    parts.push(await (await rig.send('PUT', url, { token, body: new Uint8Array(size) })).json())
    lastBlob = (await readdir(root, { recursive: true })).find((path) => !before.has(path) && path.length > 20) ?? ''
  }
  expect((await rig.send('POST', `/v1/uploads/${id}/complete`, { token, json: { parts } })).status).toBe(200)
  truncateSync(join(root, lastBlob), 0)
  const headers = { Authorization: `Bearer ${token}` }
  const response = await fetch(`${served.url}/v1/objects/x`, { headers })
  expect(response.status).toBe(200)
  await expect(response.bytes()).rejects.toBeInstanceOf(TypeError)
  expect(rig.errors).toHaveLength(1)
  expect(printed).not.toHaveBeenCalled()
})

test('one client is one client, whatever port a proxy adds, and in all of its network', () => {
  const same = (...addresses: string[]) => new Set(addresses.map((address) => clientKey(address))).size === 1
  expect(same('192.0.2.1', '192.0.2.1:40001', '192.0.2.1:40002', '::ffff:192.0.2.1')).toBe(true)
  expect(same('2001:db8::1', '[2001:db8::1]', '[2001:db8::2]:40001', '2001:db8:0:0:9::')).toBe(true)
  expect(same('192.0.2.1:40001', '192.0.2.2:40001')).toBe(false)
  expect(same('[2001:db8::1]:40001', '[2001:db8:0:1::1]:40001')).toBe(false)
})
