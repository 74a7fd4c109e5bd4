import { generateKeyPairSync } from 'node:crypto'

import { GantryError } from '@gantry/core'
import { importJWK, type JWK, SignJWT } from 'jose'
import { expect, test } from 'vitest'

import { type Granted, issuer, openRig, requestToken, type Rig, sign } from '../testing/rig.ts'
import { hubTokenCheck } from './hub-token-check.ts'

const scopes = ['dicomweb:read', 'shares:read'] as const

function checking(rig: Rig, more: { readonly issuer?: string } = {}) {
  const at = { asked: 0, down: false }
  const tokens = hubTokenCheck({
    issuer,
    clock: () => rig.now,
    async keys() {
      at.asked += 1
      if (at.down) throw new TypeError('fetch failed')
      return await (await rig.send('GET', '/.well-known/jwks.json')).json()
    },
    ...more,
  })
  const code = async (token: string) =>
    await tokens.check(token).then(
      () => 'ok',
      (error: unknown) => (error as GantryError).code,
    )
  return { ...tokens, at, code }
}

test('a token of the hub tells whom it speaks for, until it expires', async () => {
  const rig = await openRig()
  const token = await rig.token('viewer', { scopes: [...scopes] })
  const held = await rig.token('ward', { scopes: [...scopes], prefixes: ['ward/7'] })
  const { check, code, at } = checking(rig)
  const holder = { account: 'viewer', scopes: new Set(scopes), prefixes: undefined }
  expect(await check(token)).toEqual({ ...holder, scopes: new Set(['shares:read', 'dicomweb:read']) })
  expect(await check(held)).toMatchObject({ account: 'ward', prefixes: ['ward/7'] })
  expect(at.asked).toBe(1)
  rig.now += 3_600_000
  expect(await code(token)).toBe('unauthenticated')
})

test('what is no token of that hub is refused, by the same rules as there', async () => {
  const rig = await openRig()
  const token = await rig.token('viewer', { scopes: [...scopes] })
  const [header = '', payload = '', signature = ''] = token.split('.')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
  const jwks = (await (await rig.send('GET', '/.well-known/jwks.json')).json()) as { keys: JWK[] }
  const secret = new TextEncoder().encode(JSON.stringify(jwks.keys[0]))
  const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const signed = async (alg: string, key: Parameters<SignJWT['sign']>[0], more: object = {}) =>
    await new SignJWT({ ...claims, ...more }).setProtectedHeader({ typ: 'at+jwt', alg, kid }).sign(key)
  const { code } = checking(rig)
  for (const forged of [
    'no token',
    `${encode({ typ: 'at+jwt', alg: 'none', kid })}.${payload}.`,
    `${header}.${encode({ ...claims, scope: 'admin' })}.${signature}`,
    await signed('HS256', secret),
    await signed('EdDSA', await importJWK(other as JWK, 'EdDSA')),
  ]) {
    expect(await code(forged)).toBe('unauthenticated')
  }
  expect(await checking(rig, { issuer: 'https://other.example.org' }).code(token)).toBe('unauthenticated')
  const elsewhere = await openRig({ issuer: 'https://other.example.org' })
  const key = await elsewhere.hub.accounts.create('viewer', { scopes: [...scopes] })
  const { access_token: foreign } = (await (
    await requestToken(elsewhere, await sign(elsewhere, key))
  ).json()) as Granted
  expect(await code(foreign)).toBe('unauthenticated')
})

test('keys are asked for when one is not known, not for each such token, and are kept while the hub is away', async () => {
  const rig = await openRig()
  const token = await rig.token('viewer', { scopes: [...scopes] })
  const unknown = `${Buffer.from(JSON.stringify({ kid: 'other', alg: 'EdDSA' })).toString('base64url')}.e30.AAAA`
  const away = checking(rig)
  away.at.down = true
  expect(await Promise.all([away.code(token), away.code(token)])).toEqual(['unavailable', 'unavailable'])
  expect(away.at.asked).toBe(1)
  const { at, code } = checking(rig)
  expect(await code(token)).toBe('ok')
  for (let times = 0; times < 5; times += 1) expect(await code(unknown)).toBe('unauthenticated')
  expect(at.asked).toBe(1)
  rig.now += 20_000
  expect(await code(unknown)).toBe('unauthenticated')
  expect(at.asked).toBe(2)
  at.down = true
  rig.now += 400_000
  expect(await code(token)).toBe('ok')
  expect(await code(unknown)).toBe('unavailable')
  await expect(
    hubTokenCheck({ issuer, keys: async () => await Promise.resolve({ keys: 1 }) }).refresh(),
  ).rejects.toThrow('keys of the hub')
})
