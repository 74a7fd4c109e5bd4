import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { toCall } from '@gantry/core'
import { afterEach, expect, onTestFinished, test } from 'vitest'

import { readTokenCookies } from './auth/token-cookies.ts'
import { readExpiry } from './data/credentials.ts'
import { igtOpenApi, igtOrigin, readServiceFile } from './index.ts'
import { openRig, password, type Rig } from './testing/rig.ts'

let rig: Rig | undefined
afterEach(async () => await rig?.close())

const paths = ({ server }: Rig) => server.requests.map(({ path }) => path)

test('a session is begun once for any number of calls, and ended', async () => {
  rig = await openRig()
  const cloud = rig.cloud()
  await Promise.all([cloud.projects(), cloud.institutes(), cloud.introspect()])
  await cloud.logout()
  expect(paths(rig).filter((path) => path === '/api/auth/login')).toHaveLength(1)
  expect(paths(rig).filter((path) => path === '/api/auth/logout')).toHaveLength(1)
  cloud.close()
})

test('a wrong password is told as one, and not sent twice', async () => {
  rig = await openRig()
  const cloud = rig.cloud({ username: 'user', password: 'wrong' })
  await expect(cloud.projects()).rejects.toMatchObject({
    code: 'unauthenticated',
    message: 'The user name or the password is wrong.',
  })
  cloud.close()
})

test('a token is refreshed before it ends, and where the service ends it early', async () => {
  rig = await openRig()
  let now = Date.now()
  const { IgtCloud } = await import('./index.ts')
  const cloud = new IgtCloud({ domain: rig.server.url, login: password, now: () => now })
  await cloud.projects()
  now += 1800_000 - 170_000
  await cloud.projects()
  expect(paths(rig)).toEqual(['/api/auth/login', '/api/data/projects', '/api/auth/refresh', '/api/data/projects'])
  rig.server.expireSessions()
  await cloud.projects()
  // What cannot be refreshed any more is begun anew.
  expect(paths(rig).slice(-4)).toEqual([
    '/api/data/projects',
    '/api/auth/refresh',
    '/api/auth/login',
    '/api/data/projects',
  ])
  cloud.close()
})

test('a service logs in by its key, and is told its key once', async () => {
  rig = await openRig()
  const cloud = rig.cloud()
  const { serviceId, privateKey, id } = await cloud.createService('h1', 'uploader')
  expect(privateKey).not.toContain('\n')
  const service = rig.cloud({ serviceId, privateKey: privateKey ?? '' })
  expect((await service.introspect()).sub).toBe(serviceId)
  expect((await cloud.services('h1')).map((one) => one.privateKey)).toEqual([undefined])
  await cloud.removeService('h1', id)
  const late = rig.cloud({ serviceId, privateKey: privateKey ?? '' })
  await expect(late.projects()).rejects.toMatchObject({ code: 'unauthenticated' })
  for (const one of [cloud, service, late]) one.close()
})

test.skipIf(process.platform === 'win32')(
  'the file of a key that others can read is taken with a warning',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-igt-key-'))
    onTestFinished(async () => await rm(folder, { recursive: true }))
    const path = join(folder, 'uploader.pem')
    await writeFile(path, 'a key', { mode: 0o600 })
    expect(await readServiceFile(path)).toEqual({ serviceId: 'uploader', privateKey: 'a key' })
    await chmod(path, 0o644)
    const warned = once(process, 'warning')
    expect(await readServiceFile(path)).toEqual({ serviceId: 'uploader', privateKey: 'a key' })
    expect(await warned).toMatchObject([{ message: expect.stringContaining('chmod 600') }])
    await expect(readServiceFile(join(folder, 'none.pem'))).rejects.toMatchObject({ code: 'not_found' })
  },
)

test('defect 7: tokens that were handed in are neither refreshed nor logged out', async () => {
  rig = await openRig()
  const cloud = rig.cloud()
  const tokens = await cloud.tokens()
  const other = rig.cloud({ tokens: async () => tokens })
  await other.projects()
  await other.logout()
  await other.projects()
  expect(paths(rig)).not.toContain('/api/auth/logout')
  other.close()
  cloud.close()
})

test('what is forbidden is not asked again, and what passes by is', async () => {
  rig = await openRig()
  const cloud = rig.cloud()
  rig.server.controls.denied.push({ path: '/projects' })
  await expect(cloud.projects()).rejects.toMatchObject({ code: 'permission_denied' })
  rig.server.controls.denied.length = 0
  rig.server.controls.failures.push({ path: '/projects', status: 503 }, { path: '/projects', status: 'hangup' })
  expect(await cloud.projects()).toHaveLength(1)
  cloud.close()
})

test.each([
  ['jwt_header_payload=a.b; Max-Age=1800; Secure; Path=/, jwt_signature=c; Secure; HttpOnly', 1800],
  ['jwt_signature=c; HttpOnly, jwt_header_payload=a.b; Path=/; Max-Age=60', 60],
  ['jwt_header_payload=a.b; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Max-Age=5, jwt_signature=c', 5],
  ['other=1; Max-Age=9, jwt_header_payload=a.b; max-age=7; Secure, jwt_signature=c; Max-Age=8', 7],
])('cookies in one line: %s', (header, seconds) => {
  expect(readTokenCookies(header, 1000)).toEqual({ jwt: 'a.b.c', expires: 1000 + seconds * 1000 })
})

test('keys to the data live until the sooner reading of a time without zone that lies ahead', () => {
  const now = Date.parse('2026-01-01T12:00:00Z')
  expect(readExpiry('2026-01-01T14:00:00Z', now)).toBe(now + 2 * 3600_000)
  const local = Date.parse('2026-01-01T14:00:00')
  const utc = Date.parse('2026-01-01T14:00:00Z')
  expect(readExpiry('2026-01-01T14:00:00', now)).toBe(Math.min(local > now ? local : utc, utc))
})

test('keys to the data are replaced when they are refused', async () => {
  rig = await openRig()
  const store = rig.store()
  const body = async function* () {
    yield Buffer.from('abc')
  }
  await store.write({ path: 'files/a', size: 3 }, body())
  rig.server.expireCredentials()
  await expect(store.stat('files/a')).resolves.toMatchObject({ size: 3 })
  await store.close()
})

test.each([
  ['igt-web.eu1.phsdp.com', 'https://igt-web.eu1.phsdp.com'],
  ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080'],
])('%s is %s', (domain, origin) => {
  expect(igtOrigin(domain)).toBe(origin)
})

test.each(['http://example.org', 'ftp://example.org', '', 'a b'])('%j is no domain', (domain) => {
  expect(() => igtOrigin(domain)).toThrow(expect.objectContaining({ code: 'invalid' }))
})

const published = new URL('../../../../../shared/data/igt/', import.meta.url)
const texts = await Promise.all(
  ['auth', 'entities', 'action'].map(async (name) => await readFile(new URL(`${name}.json`, published), 'utf8')),
).catch(() => undefined)

test.skipIf(texts === undefined)('the description has no path or method that the published one has not', () => {
  const prefixes = ['/api/auth', '/api/data', '/api/action']
  const known = new Set<string>()
  for (const [index, text] of (texts ?? []).entries()) {
    const { paths: all } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> }
    for (const [path, methods] of Object.entries(all)) {
      for (const method of Object.keys(methods)) known.add(`${method} ${prefixes[index]}${anonymous(path)}`)
    }
  }
  const own = igtOpenApi()['paths'] as Record<string, Record<string, unknown>>
  const used = Object.entries(own).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${anonymous(path)}`),
  )
  expect(used.filter((one) => !known.has(one))).toEqual([])
  expect(used.length).toBeGreaterThan(20)
})

function anonymous(path: string): string {
  return path.replaceAll(/\{\w+\}/gu, '{}')
}

test('a call that is stopped rejects at once', async () => {
  rig = await openRig()
  const cloud = rig.cloud()
  const controller = new AbortController()
  controller.abort()
  await expect(cloud.projects(toCall({ signal: controller.signal }))).rejects.toMatchObject({ code: 'cancelled' })
  cloud.close()
})
