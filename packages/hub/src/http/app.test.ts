import { GantryError, Store } from '@gantry/core'
import type { RequestLog } from '@gantry/http/server'
import { memory } from '@gantry/memory'
import { expect, test } from 'vitest'

import { openRig, refusalOf } from '../testing/rig.ts'

test('what is logged names no object, share, token or query', async () => {
  const log: RequestLog[] = []
  const rig = await openRig({ log: (entry) => void log.push(entry) })
  const token = await rig.token('writer')
  await rig.send('PUT', '/v1/objects/secret-path', { token, body: 'bytes' })
  await (await rig.send('GET', '/v1/objects/secret-path', { token, headers: { range: 'bytes=1-3' } })).text()
  await rig.send('HEAD', '/v1/objects/secret-path', { token })
  await rig.send('GET', '/v1/objects?prefix=secret-path', { token })
  await rig.send('POST', '/v1/shares/secret-id/open')
  await rig.send('GET', '/secret-nowhere')
  expect(log.slice(1)).toMatchObject([
    { method: 'PUT', route: '/v1/objects/{path}', status: 201, received: 5 },
    { method: 'GET', route: '/v1/objects/{path}', status: 206, received: 0, sent: 3 },
    { method: 'HEAD', route: '/v1/objects/{path}', status: 200, sent: 0 },
    { method: 'GET', route: '/v1/objects', status: 200 },
    { method: 'POST', route: '/v1/shares/{id}/open', status: 404 },
    { method: 'GET', route: '-', status: 404 },
  ])
  expect(JSON.stringify(log)).not.toMatch(/secret|eyJ/u)
})

test.each(['%23', '%2523'])(
  'a key that came with the address, behind %s, is told, and neither repeated nor logged',
  async (hash) => {
    const log: RequestLog[] = []
    const rig = await openRig({ log: (entry) => void log.push(entry) })
    const id = 'A'.repeat(22)
    const plain = await (await rig.send('GET', `/s/${id}`)).text()
    const response = await rig.send('GET', `/s/${id}${hash}1.${'k'.repeat(43)}`)
    const page = await response.text()
    expect(plain).toContain('which no server is ever told')
    expect(page).toContain('Ask the sender to revoke the link')
    expect(page).not.toContain('no server is ever told')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(log.map(({ route }) => route)).toEqual(['/s/{id}', '/s/{id}'])
    expect(JSON.stringify([...response.headers, page, log])).not.toMatch(/kkk|AAA/u)
  },
)

test('every answer is protected, refusals too', async () => {
  const rig = await openRig()
  for (const path of ['/s/x', '/nowhere', '/v1/objects', '/openapi.json', '/healthz']) {
    const { headers } = await rig.send('GET', path)
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; frame-ancestors 'none'/u)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/u)
  }
  const plain = await openRig({ issuer: 'http://localhost:1' })
  expect((await plain.send('GET', '/healthz')).headers.has('strict-transport-security')).toBe(false)
})

test('pages of allowed origins may use it, others may not', async () => {
  const origin = 'https://viewer.example.org'
  const rig = await openRig({ origins: [origin] })
  const preflight = async (from: string) =>
    await rig.send('OPTIONS', '/v1/objects/x', {
      headers: {
        origin: from,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'gantry-crc32',
      },
    })
  const allowed = (await preflight(origin)).headers
  expect(allowed.get('access-control-allow-origin')).toBe(origin)
  expect(allowed.get('access-control-allow-methods')).toContain('PUT')
  expect(allowed.get('access-control-allow-headers')).toMatch(/Range.*Gantry-Crc32/u)
  expect((await preflight('https://evil.example.org')).headers.has('access-control-allow-origin')).toBe(false)
  const answer = await rig.send('GET', '/healthz', { headers: { origin } })
  expect(answer.headers.get('access-control-expose-headers')).toMatch(/ETag.*Gantry-Crc32/u)
  expect((await rig.send('GET', '/nowhere', { headers: { origin } })).headers.get('access-control-allow-origin')).toBe(
    origin,
  )
})

test.for([
  ['unavailable', 503],
  ['read_only', 507],
  ['permission_denied', 500],
  ['internal', 500],
] as const)(
  'where the keeper fails with %s the client is told %i, and nothing of the keeper',
  async ([code, status]) => {
    const driver = memory()
    const rig = await openRig({ keeper: new Store(driver) })
    const token = await rig.token('writer')
    driver.write = async () => {
      throw new GantryError(code, 'bucket my-secret-bucket')
    }
    const response = await rig.send('PUT', '/v1/objects/x', { token, body: 'x' })
    const text = await response.clone().text()
    expect(await refusalOf(response)).toMatchObject({ http: status })
    expect(text).not.toContain('bucket')
    expect(rig.errors).toHaveLength(1)
  },
)

test('a base path may be there, or cut off by a proxy', async () => {
  const rig = await openRig({ issuer: 'https://hub.example.org/images' })
  expect((await rig.send('GET', '/images/healthz')).status).toBe(200)
  expect((await rig.send('GET', '/healthz')).status).toBe(200)
  const token = await rig.hub.accounts.create('writer', { scopes: ['sources:write'] })
  expect(token.hub).toBe('https://hub.example.org/images')
})
