import { DatabaseSync } from 'node:sqlite'

import { expect, test } from 'vitest'

import { openRig, refusalOf, type Rig, type SendOptions, shareId } from '../testing/rig.ts'

async function put(rig: Rig, token: string, ...paths: string[]): Promise<void> {
  for (const path of paths) {
    expect((await rig.send('PUT', `/v1/objects/${path}`, { token, body: `bytes of ${path}` })).status).toBe(201)
  }
}

const request = (seed: number, more: object = {}) => ({
  id: shareId(seed),
  metadata: 'meta',
  objects: ['a', 'b'],
  ...more,
})

async function share(rig: Rig, token: string, seed: number, more: object = {}): Promise<string> {
  await put(rig, token, 'meta', 'a', 'b')
  const response = await rig.send('POST', '/v1/shares', { token, json: request(seed, more) })
  expect(response.status).toBe(201)
  return `/v1/shares/${shareId(seed)}`
}

const open = async (rig: Rig, url: string, options: SendOptions = {}) => await rig.send('POST', `${url}/open`, options)
const audit = async (rig: Rig, token: string, url: string) =>
  ((await (await rig.send('GET', `${url}/audit`, { token })).json()) as { events: object[] }).events

test('a share opens by its id, and its token reads its objects and nothing else', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  await put(rig, token, 'other')
  const url = await share(rig, token, 1, { keyLock: Buffer.from('lock').toString('base64') })
  const opened = await open(rig, url)
  expect(opened.headers.get('cache-control')).toBe('no-store')
  const answer = (await opened.json()) as { token: string }
  expect(answer).toMatchObject({ metadata: { path: 'meta' }, keyLock: 'bG9jaw==', expires: rig.now + 3_600_000 })
  const read = async (path: string, method = 'GET') =>
    await rig.send(method, `/v1/objects/${path}`, { token: answer.token })
  for (const path of ['meta', 'a', 'b']) expect(await (await read(path)).text()).toBe(`bytes of ${path}`)
  expect((await read('a', 'HEAD')).status).toBe(200)
  expect((await read('other')).status).toBe(404)
  expect((await read('a', 'DELETE')).status).toBe(403)
  for (const path of ['/v1/objects', '/v1/shares', url, `${url}/audit`]) {
    expect((await rig.send('GET', path, { token: answer.token })).status).toBe(403)
  }
  // What another account puts where an object of the share was is no object of the share.
  await rig.send('DELETE', '/v1/objects/a', { token })
  await put(rig, await rig.token('stranger'), 'a')
  expect((await read('a')).status).toBe(404)
})

test('asked again for the same, the same; for another, refused', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  const url = await share(rig, token, 1, { expiresIn: 60 })
  const first = await (await rig.send('GET', url, { token })).json()
  rig.now += 1000
  const again = await rig.send('POST', '/v1/shares', { token, json: request(1, { expiresIn: 60 }) })
  expect([again.status, await again.json()]).toEqual([200, first])
  expect((await rig.send('POST', '/v1/shares', { token, json: request(1) })).status).toBe(409)
  const other = await rig.token('other')
  await put(rig, other, 'mine')
  const theirs = request(1, { metadata: 'mine', objects: [] })
  expect((await rig.send('POST', '/v1/shares', { token: other, json: theirs })).status).toBe(409)
  const stolen = request(2, { metadata: 'mine', objects: ['a'] })
  expect((await rig.send('POST', '/v1/shares', { token: other, json: stolen })).status).toBe(404)
  expect((await rig.send('POST', '/v1/shares', { token, json: request(3, { objects: ['none'] }) })).status).toBe(404)
  // All or nothing: what was refused has claimed nothing and made nothing.
  expect((await rig.send('GET', `/v1/shares/${shareId(3)}`, { token })).status).toBe(404)
})

test('a limit of opens is exact, however many come at once', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  const url = await share(rig, token, 1, { maxOpens: 7 })
  const answers = await Promise.all(Array.from({ length: 40 }, async () => await open(rig, url)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(7)
  const refused = answers.filter(({ status }) => status === 410)
  expect(refused).toHaveLength(33)
  const details = [{ reason: 'used_up' }]
  expect(await refusalOf(refused[0] as Response)).toEqual({ http: 410, code: 410, status: 'NOT_FOUND', details })
  const events = await audit(rig, token, url)
  expect(events).toHaveLength(1 + 7 + 33)
  expect(await (await rig.send('GET', url, { token })).json()).toMatchObject({ opens: 7, maxOpens: 7 })
})

test('who has no passphrase learns that one is needed, and the open does not count', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  const url = await share(rig, token, 1, { keyLock: Buffer.from('lock').toString('base64'), maxOpens: 1 })
  expect((await rig.send('POST', '/v1/shares', { token, json: request(2) })).status).toBe(201)
  const plain = `/v1/shares/${shareId(2)}`
  const without = async (at: string) => await rig.send('POST', `${at}/open?passphrase=none`)
  for (let times = 0; times < 2; times += 1) {
    const refused = await refusalOf(await without(url))
    expect(refused).toMatchObject({ http: 412, details: [{ reason: 'passphrase' }] })
  }
  expect(await (await rig.send('GET', url, { token })).json()).toMatchObject({ opens: 0 })
  expect((await without(plain)).status).toBe(200)
  expect((await rig.send('POST', `${url}/open?passphrase=some`)).status).toBe(400)
  expect((await open(rig, url)).status).toBe(200)
  expect((await without(url)).status).toBe(410)
})

test('who reads for hours gets further tokens for one open, a day long, and not once it is revoked', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  const url = await share(rig, token, 1, { maxOpens: 1 })
  expect((await rig.send('POST', '/v1/shares', { token, json: request(2) })).status).toBe(201)
  const other = `/v1/shares/${shareId(2)}`
  let { token: reader } = (await (await open(rig, url)).json()) as { token: string }
  for (let hours = 0.9; hours < 24; hours += 0.9) {
    rig.now += 0.9 * 3_600_000
    await rig.hub.sweep()
    const next = await open(rig, url, { token: reader })
    expect(next.status).toBe(200)
    ;({ token: reader } = (await next.json()) as { token: string })
    expect((await rig.send('GET', '/v1/objects/a', { token: reader })).status).toBe(200)
  }
  const { token: theirs } = (await (await open(rig, other)).json()) as { token: string }
  rig.now += 0.9 * 3_600_000
  for (const one of [reader, theirs]) {
    expect(await refusalOf(await open(rig, url, { token: one }))).toMatchObject({ details: [{ reason: 'used_up' }] })
  }
  const boss = await rig.token('boss', { scopes: ['admin'] })
  expect(await (await rig.send('GET', url, { token: boss })).json()).toMatchObject({ opens: 1 })
  const events = (await audit(rig, boss, url)) as { event: string }[]
  expect(events.map(({ event }) => event)).toEqual(['created', 'opened', 'refused', 'refused'])
  await rig.send('DELETE', other, { token: boss })
  expect((await open(rig, other, { token: theirs })).status).toBe(410)
})

test('revoked: neither it nor its tokens open anything, and its objects go in time', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  const url = await share(rig, token, 1)
  const { token: reader } = (await (await open(rig, url)).json()) as { token: string }
  rig.now += 30 * 86_400_000
  await rig.hub.sweep()
  const owner = await rig.token('owner2')
  expect((await rig.send('DELETE', url, { token: owner })).status).toBe(404)
  expect(rig.contents.entries.size).toBe(3)
  const fresh = (await (await open(rig, url)).json()) as { token: string }
  const account = await rig.token('boss', { scopes: ['admin'] })
  const revoked = await rig.send('DELETE', url, { token: account })
  expect(await revoked.json()).toMatchObject({ revoked: rig.now })
  expect((await rig.send('DELETE', url, { token: account })).status).toBe(200)
  const refused = { http: 410, details: [{ reason: 'revoked' }] }
  expect(await refusalOf(await rig.send('GET', '/v1/objects/a', { token: fresh.token }))).toMatchObject(refused)
  expect((await rig.send('GET', '/v1/objects/a', { token: reader })).status).toBe(401)
  expect(await refusalOf(await open(rig, url))).toMatchObject(refused)
  expect(await rig.hub.sweep()).toMatchObject({ objects: 0 })
  rig.now += 86_400_000
  expect(await rig.hub.sweep()).toMatchObject({ objects: 3 })
  expect(rig.contents.entries.size).toBe(0)
})

test('shares of many objects that are over end in one sweep, though not in one transaction', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  await share(rig, token, 1, { expiresIn: 600 })
  for (const seed of [2, 3]) await rig.send('POST', '/v1/shares', { token, json: request(seed, { expiresIn: 600 }) })
  const database = new DatabaseSync(`${rig.folder}/hub.sqlite`)
  database.exec('UPDATE shares SET objects = 30000')
  database.close()
  rig.now += 600_000
  expect(await rig.hub.sweep()).toMatchObject({ shares: 3 })
  rig.now += 86_400_000
  expect(await rig.hub.sweep()).toMatchObject({ shares: 0, objects: 3 })
})

test('expired: with its token, and its objects unless they are locked or shared otherwise', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  const url = await share(rig, token, 1, { expiresIn: 600 })
  await rig.send('POST', '/v1/shares', { token, json: request(2, { metadata: 'b', objects: [] }) })
  await rig.send('POST', '/v1/locks', { token, json: { paths: ['a'] } })
  const opened = (await (await open(rig, url)).json()) as { token: string; expires: number }
  expect(opened.expires).toBe(rig.now + 600_000)
  rig.now += 600_000
  expect((await rig.send('GET', '/v1/objects/a', { token: opened.token })).status).toBe(401)
  expect(await refusalOf(await open(rig, url))).toMatchObject({ http: 410, details: [{ reason: 'expired' }] })
  expect(await rig.hub.sweep()).toMatchObject({ shares: 1, objects: 0 })
  const events = await audit(rig, token, url)
  expect(events).toMatchObject([
    { event: 'created', by: 'owner' },
    { event: 'opened' },
    { event: 'refused', reason: 'expired' },
    { event: 'expired' },
  ])
  expect(events[1]).not.toHaveProperty('by')
  rig.now += 86_400_000
  expect(await rig.hub.sweep()).toMatchObject({ shares: 0, objects: 1 })
  const admin = await rig.token('boss', { scopes: ['admin'] })
  const left = (await (await rig.send('GET', '/v1/objects', { token: admin })).json()) as {
    objects: { path: string }[]
  }
  expect(left.objects.map(({ path }) => path)).toEqual(['a', 'b'])
})

test('with a token only, if the owner says so', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  const url = await share(rig, token, 1, { tokenRequired: true })
  expect(await refusalOf(await open(rig, url))).toMatchObject({ http: 401, status: 'UNAUTHENTICATED' })
  const writer = await rig.token('writer', { scopes: ['shares:write'] })
  expect(await refusalOf(await open(rig, url, { token: writer }))).toMatchObject({ http: 403 })
  const reader = await rig.token('reader', { scopes: ['shares:read'] })
  expect((await open(rig, url, { token: reader })).status).toBe(200)
  expect(await audit(rig, token, url)).toMatchObject([
    { event: 'created' },
    { event: 'refused', reason: 'unauthenticated' },
    { event: 'refused', reason: 'permission_denied' },
    { event: 'opened', by: 'reader' },
  ])
})

test('lists are newest first, the own ones, paged', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  for (const seed of [1, 2, 3, 4, 5]) await share(rig, token, seed)
  const page = async (query: string) =>
    (await (await rig.send('GET', `/v1/shares?${query}`, { token })).json()) as {
      shares: { id: string }[]
      next?: string
    }
  const first = await page('limit=3')
  const second = await page(`limit=3&after=${first.next}`)
  const ids = [...first.shares, ...second.shares].map(({ id }) => id)
  expect(ids).toEqual([5, 4, 3, 2, 1].map((seed) => shareId(seed)))
  expect(second.next).toBeUndefined()
  const other = await rig.token('other')
  expect(await (await rig.send('GET', '/v1/shares', { token: other })).json()).toEqual({ shares: [] })
})

test('opens are limited per share and per address; the page counts as none', async () => {
  const rate = { burst: 3, perMinute: 60 }
  const rig = await openRig({ limits: { opensPerShare: rate, opensPerAddress: { burst: 2, perMinute: 60 } } })
  const token = await rig.token('owner')
  const url = await share(rig, token, 1)
  const page = await rig.send('GET', `/s/${shareId(1)}`)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await page.text()).not.toContain('<script')
  const from = async (address: string) => (await open(rig, url, { connection: { address } })).status
  expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.1')]).toEqual([200, 200, 429])
  expect([await from('192.0.2.2'), await from('192.0.2.3')]).toEqual([200, 429])
  rig.now += 1000
  expect(await from('192.0.2.3')).toBe(200)
  expect(await (await rig.send('GET', url, { token })).json()).toMatchObject({ opens: 4 })
})

test('where a share needs an account, what it opened ends with that account, and with its key', async () => {
  const rig = await openRig()
  const url = await share(rig, await rig.token('owner'), 1, { tokenRequired: true })
  const openedBy = async (token: string) =>
    ((await (await open(rig, url, { token })).json()) as { token: string }).token
  const reader = await openedBy(await rig.token('reader'))
  const other = await openedBy(await rig.token('other'))
  const read = async (token: string) => (await rig.send('GET', '/v1/objects/a', { token })).status
  // A further token, for one that is about to end, is of the same account.
  const renewed = await openedBy(reader)
  expect([await read(reader), await read(renewed)]).toEqual([200, 200])
  await rig.hub.accounts.revoke('reader')
  for (const token of [reader, renewed]) {
    expect(await read(token)).toBe(401)
    expect((await open(rig, url, { token })).status).toBe(401)
  }
  expect(await read(other)).toBe(200)
})

test('an object that its owner removes and puts back is kept for the share of it', async () => {
  const rig = await openRig()
  const token = await rig.token('owner')
  const url = await share(rig, token, 1, { expiresIn: 30 * 86_400 })
  await rig.send('DELETE', '/v1/objects/a', { token })
  await put(rig, token, 'a')
  rig.now += 25 * 3_600_000
  await rig.hub.sweep()
  const opened = (await (await open(rig, url)).json()) as { token: string }
  expect((await rig.send('GET', '/v1/objects/a', { token: opened.token })).status).toBe(200)
  // What no share names goes, as ever.
  await put(rig, await rig.token('stranger'), 'loose')
  rig.now += 25 * 3_600_000
  expect(await rig.hub.sweep()).toMatchObject({ objects: 1 })
})
