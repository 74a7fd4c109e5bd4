import { createPublicKey, generateKeyPairSync } from 'node:crypto'

import { bytesOf, HttpRefusal, isGantryError, Store, toCall } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { fetchHubToken, hubStore } from '@gantry/hub-store/node'
import { describe, expect, test } from 'vitest'

import { claimsOf, forge, forgeAssertion, headerOf, hmacWith, signedBy, unsigned } from './rig/forge.ts'
import { HubProcess } from './rig/hub-process.ts'

const bytes = new TextEncoder().encode('ciphertext')

/** What the client makes of a write with this token: the code, and the hub's own status and reason. */
async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
    return 'ok'
  } catch (error) {
    if (!isGantryError(error)) throw error
    let { cause } = error as Error
    while (isGantryError(cause)) ({ cause } = cause as Error)
    return cause instanceof HttpRefusal ? [error.code, cause.status, cause.reason] : error.code
  }
}

const storeOf = (hub: HubProcess, token: string) => new Store(hubStore({ hub: hub.url, token }))
const write = async (store: Store, path: string) =>
  await outcome(async () => await store.write({ path, size: bytes.length }, bytesOf(bytes)))
const tokenOf = async (key: HubKeyFile) => (await fetchHubToken({ key })(toCall())).token

/** What the token endpoint says to an assertion. */
async function ask(hub: HubProcess, assertion: string): Promise<unknown> {
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })
  const response = await fetch(`${hub.url}/token`, { method: 'POST', body })
  const { error, access_token: token } = (await response.json()) as { error?: string; access_token?: string }
  return token === undefined ? [response.status, error] : 'ok'
}

describe('tokens, over HTTP and by the real client', { timeout: 60_000 }, () => {
  test('assertions: what is no proof gets no token', async () => {
    const hub = await HubProcess.start()
    const [key, other] = [await hub.account('a'), await hub.account('b')]
    const now = Math.floor(Date.now() / 1000)
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const own = createPublicKey({ key: { ...key.key, d: undefined } as never, format: 'jwk' })
    const pem = own.export({ type: 'spki', format: 'pem' })
    const good = forgeAssertion(key)
    const assertions = {
      good,
      replayed: good,
      expired: forgeAssertion(key, { claims: { iat: now - 600, exp: now - 300 } }),
      'not yet': forgeAssertion(key, { claims: { iat: now + 600, exp: now + 700 } }),
      'for a day': forgeAssertion(key, { claims: { exp: now + 86_400 } }),
      'for another hub': forgeAssertion(key, { claims: { aud: 'https://other.example.org/token' } }),
      'of another account': forgeAssertion(key, { claims: { iss: other.account, sub: other.account } }),
      'by another key': forgeAssertion(key, { signature: signedBy(privateKey) }),
      'by a key that it brings': forgeAssertion(key, {
        header: { jwk: publicKey.export({ format: 'jwk' }) },
        signature: signedBy(privateKey),
      }),
      'alg none': forgeAssertion(key, { header: { alg: 'none' }, signature: unsigned }),
      'HS256 by the public key': forgeAssertion(key, { header: { alg: 'HS256' }, signature: hmacWith(pem) }),
      'HS256 by its x': forgeAssertion(key, {
        header: { alg: 'HS256' },
        signature: hmacWith(Buffer.from(String(key.key['x']), 'base64url')),
      }),
      'without jti': forgeAssertion(key, { claims: { jti: undefined } }),
      nothing: 'nothing',
    }
    const answers: Record<string, unknown> = {}
    for (const [name, assertion] of Object.entries(assertions)) answers[name] = await ask(hub, assertion)
    const refused = Object.keys(assertions).map((name) => [name, [400, 'invalid_grant']] as const)
    expect(answers).toEqual({ ...Object.fromEntries(refused), good: 'ok' })
  })

  test('access tokens: expired, forged, for others, of a revoked key', async () => {
    const hub = await HubProcess.start({ tokenFor: 2000 })
    const key = await hub.account('a')
    const token = await tokenOf(key)
    const [header, claims] = [headerOf(token), claimsOf(token)]
    const { keys } = (await (await fetch(`${hub.url}/.well-known/jwks.json`)).json()) as { keys: { x: string }[] }
    const { privateKey } = generateKeyPairSync('ed25519')
    const hour = { exp: Math.floor(Date.now() / 1000) + 3600 }
    expect(await write(storeOf(hub, token), 'a/good')).toBe('ok')
    const pem = createPublicKey({ key: keys[0] as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    const forged = {
      'alg none': forge({ ...header, alg: 'none' }, { ...claims, ...hour }, unsigned),
      'HS256 by the public key': forge({ ...header, alg: 'HS256' }, { ...claims, ...hour }, hmacWith(pem)),
      'HS256 by its x': forge(
        { ...header, alg: 'HS256' },
        { ...claims, ...hour },
        hmacWith(Buffer.from(keys[0]?.x ?? '', 'base64url')),
      ),
      'by another key': forge(header, { ...claims, ...hour }, signedBy(privateKey)),
      'other claims': [
        ...token.split('.').slice(0, 1),
        ...forge(header, { ...claims, ...hour }, unsigned)
          .split('.')
          .slice(1, 2),
        token.split('.')[2],
      ].join('.'),
      // The assertion itself is none.
      'an assertion': forgeAssertion(key),
      'of another hub': await tokenOf(await (await HubProcess.start()).account('a')),
    }
    const outcomes: Record<string, unknown> = {}
    for (const [name, one] of Object.entries(forged)) outcomes[name] = await write(storeOf(hub, one), 'a/forged')
    const refused = ['unauthenticated', 401, undefined]
    expect(outcomes).toEqual(Object.fromEntries(Object.keys(forged).map((name) => [name, refused])))

    const revoked = await hub.account('b')
    const theirs = storeOf(hub, await tokenOf(revoked))
    const kept = new Store(hubStore({ key: revoked }))
    expect([await write(theirs, 'b/1'), await write(kept, 'b/2')]).toEqual(['ok', 'ok'])
    await hub.beside.accounts.revoke(revoked.key.kid)
    expect([await write(theirs, 'b/3'), await write(kept, 'b/4')]).toEqual([
      refused,
      expect.arrayContaining(['unauthenticated']),
    ])

    // Lives two seconds; its end is in whole ones.
    while (Date.now() / 1000 < Number(claims['exp']) + 0.1) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await write(storeOf(hub, token), 'a/late')).toEqual(refused)
  })

  test('rights: a scope, a prefix, an owner; the refusal is Google’s, and means permission_denied here', async () => {
    const hub = await HubProcess.start()
    const [reader, writer] = [await hub.account('reader', ['sources:read']), await hub.account('writer')]
    const within = await hub.account('within', ['sources:read', 'sources:write'], ['ward-7'])
    expect(await write(new Store(hubStore({ key: writer })), 'mine/1')).toBe('ok')
    expect(await write(new Store(hubStore({ key: reader })), 'x')).toEqual(['permission_denied', 403, 'scope'])
    expect(await write(new Store(hubStore({ key: within })), 'ward-8/x')).toEqual(['permission_denied', 403, 'prefix'])
    expect(await write(new Store(hubStore({ key: within })), 'ward-77/x')).toEqual(['permission_denied', 403, 'prefix'])
    expect(await write(new Store(hubStore({ key: within })), 'ward-7/x')).toBe('ok')
    const second = new Store(hubStore({ key: await hub.account('second') }))
    expect(await write(second, 'mine/1')).toEqual(['permission_denied', 403, 'owner'])
    expect(await outcome(async () => await second.stat('mine/1'))).toEqual(['not_found', 404, undefined])

    const headers = { Authorization: `Bearer ${await tokenOf(reader)}` }
    const response = await fetch(`${hub.url}/v1/objects/x`, { method: 'PUT', headers, body: bytes })
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { error: { code: 403, status: 'PERMISSION_DENIED', message: expect.any(String) } },
    ])
  })
})
