import { request } from 'node:http'

import { describe, expect, test } from 'vitest'

import { uidLayout } from '../server.ts'
import { image } from '../testing/image.ts'
import { rig } from '../testing/rig.ts'
import { tokenAccess } from './access.ts'

const reader = 'reader-token-0123456789'
const writer = 'writer-token-0123456789'
const origin = 'https://viewer.example.org'

describe('access', () => {
  test('by tokens: bearer, or the password of a user', async () => {
    const access = tokenAccess({ read: [reader], write: [writer] })
    const { get } = await rig({ files: { 'a.dcm': image() }, access, stow: uidLayout })
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    const status = async (authorization: string | undefined, init: RequestInit = {}) => {
      const headers = new Headers(init.headers)
      if (authorization !== undefined) headers.set('authorization', authorization)
      return (await get('/studies', { ...init, headers })).status
    }
    expect(await status(undefined)).toBe(401)
    expect(await status('Bearer wrong')).toBe(401)
    expect(await status(`Bearer ${reader}x`)).toBe(401)
    expect(await status(`Bearer ${reader}`)).toBe(200)
    expect(await status(`bearer ${writer}`)).toBe(200)
    expect(await status(basic(`anyone:${reader}`))).toBe(200)
    expect(await status(basic('anyone:no'))).toBe(401)
    expect(await status('Basic %%%')).toBe(401)
    const storing = { method: 'POST', headers: { 'content-type': 'application/dicom' }, body: image() }
    expect(await status(`Bearer ${reader}`, storing)).toBe(403)
    expect(await status(`Bearer ${writer}`, storing)).toBe(200)
    const refused = await get('/studies')
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer, Basic realm=/u)
    // Who may not look is not told what is there.
    expect((await get('/studies/1.9')).status).toBe(401)
  })

  test('pages of the named origins alone, preflights without a token', async () => {
    const { get } = await rig({ origins: [origin], access: tokenAccess({ read: [reader] }) })
    const preflight = await get('/studies', { method: 'OPTIONS', headers: { origin } })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization')
    const answer = await get('/studies', { headers: { origin, authorization: `Bearer ${reader}` } })
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    expect(answer.headers.get('access-control-expose-headers')).toContain('Content-Range')
    expect((await get('/studies', { headers: { origin } })).headers.get('access-control-allow-origin')).toBe(origin)
    const other = await get('/studies', { method: 'OPTIONS', headers: { origin: 'https://evil.example.org' } })
    expect(other.headers.has('access-control-allow-origin')).toBe(false)
  })

  test('under its own names alone: a page cannot have its own name point here', async () => {
    const { url } = await rig()
    const { port } = new URL(url)
    const ask = async (host: string) =>
      await new Promise((resolve) => {
        request({ port, host: '127.0.0.1', path: '/dicom-web/studies', headers: { host } }, (response) => {
          response.resume()
          resolve(response.statusCode)
        }).end()
      })
    expect(await ask('evil.example.org')).toBe(421)
    expect(await ask(`localhost:${port}`)).toBe(200)
  })

  test('requests are told without UIDs, queries and tokens', async () => {
    const told: string[] = []
    const { get } = await rig({ files: { 'a.dcm': image() }, log: (entry) => told.push(JSON.stringify(entry)) })
    await (await get('/studies?PatientName=Secret', { headers: { authorization: 'Bearer secret-token' } })).text()
    await (await get('/studies/1.2.1')).arrayBuffer()
    await get('/studies/9.9.9')
    expect(told.join('\n')).not.toMatch(/Secret|secret|1\.2\.1|9\.9\.9/u)
    expect(told.map((line) => (JSON.parse(line) as { route: string }).route)).toEqual([
      '/studies',
      '/studies/{study}',
      '/studies/{study}',
    ])
    expect(JSON.parse(told[1] ?? '{}')).toMatchObject({ status: 200, method: 'GET', sent: expect.any(Number) })
  })
})
