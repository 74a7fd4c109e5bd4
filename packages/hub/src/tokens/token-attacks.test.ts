import { generateKeyPairSync } from 'node:crypto'

import type { HubKeyFile } from '@gantry/core/hub'
import { importJWK, type JWK, SignJWT } from 'jose'
import { expect, test } from 'vitest'

import { everything, type Granted, issuer, openRig, refusalOf, requestToken, type Rig, sign } from '../testing/rig.ts'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function expectRefused(response: Response, error = 'invalid_grant'): Promise<void> {
  expect(response.status).toBe(400)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toMatchObject({ error })
}

async function looks(rig: Rig, token: string): Promise<unknown> {
  const response = await rig.send('GET', '/v1/objects', { token })
  return response.status === 200 ? 200 : await refusalOf(response)
}

const unauthenticated = { http: 401, code: 401, status: 'UNAUTHENTICATED' }

test.for(['EdDSA', 'ES256', 'RS256'] as const)('an assertion by %s gets a token, once', async (alg) => {
  const rig = await openRig()
  const file = await rig.hub.accounts.create('scanner', { scopes: everything, alg })
  const assertion = await sign(rig, file)
  const response = await requestToken(rig, assertion, { scope: 'shares:read sources:read' })
  const granted = (await response.json()) as Granted
  expect(granted).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'sources:read shares:read' })
  const [header = '', payload = ''] = granted.access_token.split('.')
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ typ: 'at+jwt', alg: 'EdDSA' })
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
    iss: issuer,
    aud: issuer,
    sub: 'scanner',
    client_id: 'scanner',
    scope: 'sources:read shares:read',
    jti: expect.any(String) as unknown,
    iat: rig.now / 1000,
    exp: rig.now / 1000 + 3600,
  })
  expect(await looks(rig, granted.access_token)).toBe(200)
  await expectRefused(await requestToken(rig, assertion))
})

test('a replay is refused until the assertion lapses by itself, sweeps or not', async () => {
  const rig = await openRig()
  const file = await rig.hub.accounts.create('scanner', { scopes: everything })
  const assertion = await sign(rig, file)
  const both = await Promise.all([requestToken(rig, assertion), requestToken(rig, assertion)])
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400])
  for (const ms of [299_000, 60_000, 2000]) {
    rig.now += ms
    await rig.hub.sweep()
    await expectRefused(await requestToken(rig, assertion))
  }
})

const minute = 60
test.for([
  ['expired', (now: number) => ({ iat: now - 300, exp: now - 61 })],
  ['not yet valid', (now: number) => ({ nbf: now + 61 })],
  ['issued in the future', (now: number) => ({ iat: now + 61, exp: now + 200 })],
  ['of too long a life', (now: number) => ({ exp: now + 10 * minute + 1 })],
  ['for another audience', () => ({ aud: 'https://elsewhere.example.org' })],
  ['for two audiences', () => ({ aud: [issuer, 'https://elsewhere.example.org'] })],
  ['of another issuer', () => ({ iss: 'other' })],
  ['of another subject', () => ({ sub: 'other' })],
  ['without jti', () => ({ jti: undefined })],
  ['without exp', () => ({ exp: undefined })],
  ['without iat', () => ({ iat: undefined })],
  ['of a jti without end', () => ({ jti: 'j'.repeat(257) })],
] as const)('an assertion %s is refused', async ([, claims]) => {
  const rig = await openRig()
  const file = await rig.hub.accounts.create('scanner', { scopes: everything })
  await rig.hub.accounts.create('other', { scopes: everything })
  await expectRefused(await requestToken(rig, await sign(rig, file, claims(rig.now / 1000))))
})

test('clocks may differ by a minute, and both names of the hub are its own', async () => {
  const rig = await openRig()
  const file = await rig.hub.accounts.create('scanner', { scopes: everything })
  const now = rig.now / 1000
  for (const claims of [
    { iat: now + 59, exp: now + 600 },
    { exp: now - 59, iat: now - 90 },
    { aud: `${issuer}/token` },
  ]) {
    expect((await requestToken(rig, await sign(rig, file, claims))).status).toBe(200)
  }
})

test('no algorithm, a secret of what is public, another algorithm, another key, an unknown kid', async () => {
  const rig = await openRig()
  const file = await rig.hub.accounts.create('scanner', { scopes: everything, alg: 'RS256' })
  const { key } = file
  const [, payload = ''] = (await sign(rig, file)).split('.')
  for (const alg of ['none', 'None', 'nOnE']) {
    await expectRefused(await requestToken(rig, `${encode({ alg, kid: key.kid })}.${payload}.`))
  }
  // HS256 confusion: signed with the public key, as if it were a secret.
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...publicKey } = key as Record<string, unknown>
  for (const secret of [JSON.stringify(publicKey), String(publicKey['n'])]) {
    const forged = await new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object as never)
      .setProtectedHeader({ alg: 'HS256', kid: key.kid })
      .sign(new TextEncoder().encode(secret))
    await expectRefused(await requestToken(rig, forged))
  }
  // The right key with an algorithm that it is not for.
  const other = await new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object as never)
    .setProtectedHeader({ alg: 'RS512', kid: key.kid })
    .sign(await importJWK(key as JWK, 'RS512'))
  await expectRefused(await requestToken(rig, other))
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const strange: HubKeyFile = { ...file, key: { ...privateKey.export({ format: 'jwk' }), kid: key.kid, alg: 'RS256' } }
  await expectRefused(await requestToken(rig, await sign(rig, strange)))
  await expectRefused(await requestToken(rig, await sign(rig, file, {}, { kid: 'unknown' })))
  const mate = await rig.hub.accounts.create('mate', { scopes: everything })
  await expectRefused(await requestToken(rig, await sign(rig, mate, { iss: 'scanner', sub: 'scanner' })))
  await expectRefused(await requestToken(rig, 'nonsense'))
})

test('scopes beyond the account, unknown grants and doubled fields are refused', async () => {
  const rig = await openRig()
  const file = await rig.hub.accounts.create('reader', { scopes: ['sources:read'] })
  for (const scope of ['admin', 'sources:read sources:write', 'nonsense']) {
    await expectRefused(await requestToken(rig, await sign(rig, file), { scope }), 'invalid_scope')
  }
  const send = async (body: string) => await rig.send('POST', '/token', { body })
  await expectRefused(await send('grant_type=client_credentials'), 'unsupported_grant_type')
  await expectRefused(await send(''), 'invalid_request')
  await expectRefused(await send('grant_type=a&grant_type=b'), 'invalid_request')
})

test('access tokens: expired, forged, of another audience or type, of no algorithm', async () => {
  const rig = await openRig()
  const token = await rig.token('scanner')
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
  const [published] = ((await (await rig.send('GET', '/.well-known/jwks.json')).json()) as { keys: [{ x: string }] })
    .keys
  const hs256 = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', kid, typ: 'at+jwt' })
    .sign(Buffer.from(published.x, 'base64url'))
  const account = await rig.hub.accounts.create('other', { scopes: everything })
  const forged = [
    `${encode({ alg: 'none', kid, typ: 'at+jwt' })}.${payload}.`,
    `${header}.${encode({ ...claims, scope: 'admin' })}.${signature}`,
    hs256,
    await sign(rig, account),
    'a.b.c',
  ]
  for (const one of forged) expect(await looks(rig, one)).toMatchObject(unauthenticated)
  expect(published).not.toHaveProperty('d')
  const elsewhere = await openRig({ issuer: 'https://other.example.org' })
  expect(await looks(elsewhere, token)).toMatchObject(unauthenticated)
  expect(await looks(rig, token)).toBe(200)
  rig.now += 3_600_000
  const late = await rig.send('GET', '/v1/objects', { token })
  expect(late.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  expect(await refusalOf(late)).toMatchObject(unauthenticated)
  const none = await rig.send('GET', '/v1/objects')
  expect(await refusalOf(none)).toMatchObject(unauthenticated)
})

test('a token of the same keys for another audience is refused', async () => {
  const rig = await openRig()
  const twin = await openRig({ folder: rig.folder, issuer: 'https://twin.example.org', clock: () => rig.now })
  const token = await rig.token('scanner')
  expect(await looks(twin, token)).toMatchObject(unauthenticated)
})

test('a missing scope and another prefix are permission_denied', async () => {
  const rig = await openRig()
  const reader = await rig.token('reader', { scopes: ['sources:read'] })
  const put = await rig.send('PUT', '/v1/objects/x', { token: reader, body: 'x' })
  expect(put.headers.get('www-authenticate')).toContain('insufficient_scope')
  const denied = { http: 403, code: 403, status: 'PERMISSION_DENIED' }
  expect(await refusalOf(put)).toEqual({ ...denied, details: [{ reason: 'scope' }] })
  const within = await rig.token('within', { prefixes: ['mine', 'ours/a'] })
  const attempts: [string, string, object][] = [
    ['PUT', '/v1/objects/theirs', { body: 'x' }],
    ['PUT', '/v1/objects/mineral', { body: 'x' }],
    ['GET', '/v1/objects/theirs', {}],
    ['DELETE', '/v1/objects/theirs', {}],
    ['POST', '/v1/uploads', { json: { path: 'ours/b' } }],
    ['POST', '/v1/locks', { json: { paths: ['mine', 'theirs'] } }],
    ['POST', '/v1/shares', { json: { id: 'x'.repeat(22), metadata: 'mine', objects: ['theirs'] } }],
  ]
  for (const [method, path, options] of attempts) {
    const response = await rig.send(method, path, { token: within, ...options })
    expect(await refusalOf(response)).toEqual({ ...denied, details: [{ reason: 'prefix' }] })
  }
  for (const path of ['mine', 'mine/x', 'ours/a/y']) {
    expect((await rig.send('PUT', `/v1/objects/${path}`, { token: within, body: 'x' })).status).toBe(201)
  }
  expect(await (await rig.send('GET', '/v1/objects?limit=2', { token: within })).json()).toMatchObject({
    next: 'mine/x',
  })
})

test('a revoked key or account speaks no more, nor do the tokens that it got', async () => {
  const rig = await openRig()
  const { accounts } = rig.hub
  const file = await accounts.create('scanner', { scopes: everything })
  const get = async (key: HubKeyFile) =>
    ((await (await requestToken(rig, await sign(rig, key))).json()) as Granted).access_token
  const first = await get(file)
  const second = await accounts.rotate('scanner', { grace: 60_000 })
  expect(await looks(rig, await get(second))).toBe(200)
  expect(await looks(rig, await get(file))).toBe(200)
  rig.now += 60_000
  expect(await looks(rig, first)).toMatchObject(unauthenticated)
  await expectRefused(await requestToken(rig, await sign(rig, file)))
  const token = await get(second)
  const third = await accounts.rotate('scanner')
  expect(await looks(rig, token)).toMatchObject(unauthenticated)
  await accounts.revoke(third.key.kid)
  await expectRefused(await requestToken(rig, await sign(rig, third)))
  const fourth = await accounts.rotate('scanner')
  const last = await get(fourth)
  await accounts.revoke('scanner')
  expect(await looks(rig, last)).toMatchObject(unauthenticated)
  await expectRefused(await requestToken(rig, await sign(rig, fourth)))
  await expect(accounts.rotate('scanner')).rejects.toMatchObject({ code: 'not_found' })
  await expect(accounts.create('scanner', { scopes: everything })).rejects.toMatchObject({ code: 'already_exists' })
  await expect(accounts.revoke('nobody')).rejects.toMatchObject({ code: 'not_found' })
})

test("the hub's own key is rotated: old tokens hold, until they lapse", async () => {
  const rig = await openRig()
  const old = await rig.token('scanner')
  await rig.hub.rotateSigningKey()
  expect(await looks(rig, old)).toBe(200)
  expect(await looks(rig, await rig.token('another'))).toBe(200)
  const keys = async () =>
    ((await (await rig.send('GET', '/.well-known/jwks.json')).json()) as { keys: unknown[] }).keys
  expect(await keys()).toHaveLength(2)
  rig.now += 3_700_000
  expect(await keys()).toHaveLength(1)
})

test('attempts are limited per address and per account, but strangers use up nobody elses', async () => {
  const rate = { burst: 2, perMinute: 6 }
  const rig = await openRig({ limits: { tokensPerAddress: { burst: 5, perMinute: 6 }, tokensPerAccount: rate } })
  const file = await rig.hub.accounts.create('scanner', { scopes: everything })
  const forger = await rig.hub.accounts.create('forger', { scopes: everything })
  const attempt = async (key: HubKeyFile, address: string, claims = {}) =>
    await requestToken(rig, await sign(rig, key, claims), {}, { address })
  for (let index = 0; index < 5; index += 1) {
    const forged = { iss: 'scanner', sub: 'scanner' }
    expect((await attempt(forger, `2001:db8::${index}`, forged)).status).toBe(400)
  }
  const limited = await attempt(file, '2001:db8::9')
  expect(limited.headers.get('retry-after')).toBe('10')
  expect(await refusalOf(limited)).toMatchObject({ http: 429, status: 'RESOURCE_EXHAUSTED' })
  const statuses: number[] = []
  for (let index = 0; index < 3; index += 1) statuses.push((await attempt(file, `192.0.2.${index}`)).status)
  expect(statuses).toEqual([200, 200, 429])
  rig.now += 10_000
  expect((await attempt(file, '192.0.2.9')).status).toBe(200)
})
