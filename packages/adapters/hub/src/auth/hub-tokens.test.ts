import { type KeyObject, verify } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { createKey, failure } from '../testing/rig.ts'
import { fetchHubToken, hubTokens } from './hub-tokens.ts'

const hub = 'https://hub.example.org/images'
const now = () => Date.UTC(2026, 0, 1)

/** A token endpoint that answers as it is told, and remembers what it was asked. */
function endpoint(answer: () => Response) {
  const asked: { url: string; form: URLSearchParams }[] = []
  const fetch = async (url: string, init: RequestInit) => {
    asked.push({ url, form: new URLSearchParams(await new Response(init.body ?? '').text()) })
    return answer()
  }
  return { asked, fetch }
}

const minted = () => Response.json({ access_token: 'token', token_type: 'Bearer', expires_in: 3600 })
const part = (jwt: string, index: number) => Buffer.from(jwt.split('.')[index] ?? '', 'base64url')

function signatureHolds(jwt: string, alg: string, publicKey: KeyObject): boolean {
  const signed = Buffer.from(jwt.slice(0, jwt.lastIndexOf('.')))
  if (alg === 'ES256') return verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, part(jwt, 2))
  return verify(alg === 'EdDSA' ? null : 'sha256', signed, publicKey, part(jwt, 2))
}

describe('a token of a service account', () => {
  test.each(['EdDSA', 'ES256', 'RS256'] as const)(
    'is asked for by an assertion that its key signs: %s',
    async (alg) => {
      const { file, publicKey } = createKey(hub, alg)
      const { asked, fetch } = endpoint(minted)
      const token = await fetchHubToken({ key: file, scopes: ['sources:read', 'shares:read'], fetch, now })({
        signal: new AbortController().signal,
      })
      expect(token).toEqual({ token: 'token', expires: now() + 3_600_000 })
      const [{ url, form } = { url: '', form: new URLSearchParams() }] = asked
      expect(url).toBe(`${hub}/token`)
      expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
      expect(form.get('scope')).toBe('sources:read shares:read')
      const assertion = form.get('assertion') ?? ''
      expect(JSON.parse(String(part(assertion, 0)))).toEqual({ alg, kid: 'key-1', typ: 'JWT' })
      const seconds = now() / 1000
      expect(JSON.parse(String(part(assertion, 1)))).toEqual({
        iss: 'uploader',
        sub: 'uploader',
        aud: `${hub}/token`,
        iat: seconds,
        exp: seconds + 120,
        jti: expect.stringMatching(/^[\w-]{22}$/u),
      })
      expect(signatureHolds(assertion, alg, publicKey)).toBe(true)
    },
  )

  test('is asked for once by any number of callers, and never with the same assertion', async () => {
    const { file } = createKey(hub)
    const { asked, fetch } = endpoint(minted)
    const tokens = hubTokens({ key: file, fetch, now })
    await Promise.all(Array.from({ length: 20 }, async () => await tokens.get()))
    expect(asked).toHaveLength(1)
    tokens.refuse('token')
    await tokens.get()
    expect(asked).toHaveLength(2)
    expect(asked[0]?.form.get('assertion')).not.toBe(asked[1]?.form.get('assertion'))
    expect(asked[0]?.form.has('scope')).toBe(false)
  })
})

describe('a token that is refused', () => {
  const secret = 'the assertion'
  test.each([
    [400, 'invalid_grant', 'unauthenticated'],
    [401, 'invalid_client', 'unauthenticated'],
    [400, 'invalid_scope', 'permission_denied'],
    [400, 'unauthorized_client', 'permission_denied'],
    [403, 'access_denied', 'permission_denied'],
    [400, 'invalid_request', 'invalid'],
    [400, 'unsupported_grant_type', 'invalid'],
    [503, 'temporarily_unavailable', 'unavailable'],
    [429, 'invalid_request', 'rate_limited'],
    [502, undefined, 'unavailable'],
  ] as const)('by %i %s is %s', async (status, error, code) => {
    const { file } = createKey(hub)
    const { fetch } = endpoint(() => {
      if (error === undefined) return new Response('<html>', { status })
      return Response.json({ error, error_description: secret }, { status, headers: { 'retry-after': '2' } })
    })
    const refused = await failure(hubTokens({ key: file, fetch, now }).get())
    expect(refused.code).toBe(code)
    expect(`${refused.message} ${String(refused.cause)}`).not.toContain(secret)
    expect(refused.retryAfter).toBe(error === undefined ? undefined : 2000)
  })

  test.each([
    ['that is none', { ...createKey(hub).file, key: { kid: 'a', alg: 'EdDSA' as const } }],
    [
      'of another kind',
      { ...createKey(hub, 'ES256').file, key: { ...createKey(hub).file.key, alg: 'ES256' as const } },
    ],
  ])('because of a key %s: nothing of it is told', async (_, key) => {
    const { asked, fetch } = endpoint(minted)
    const error = await failure(hubTokens({ key, fetch, now }).get())
    expect(error.code).toBe('invalid')
    expect(error.cause).toBeUndefined()
    expect(asked).toEqual([])
  })

  test('by what is no hub', async () => {
    const { file } = createKey(hub)
    const { fetch } = endpoint(() => new Response('<html>Sign in</html>'))
    expect((await failure(hubTokens({ key: file, fetch, now }).get())).code).toBe('unavailable')
  })

  test('is not asked for over a network without TLS', () => {
    const { file } = createKey('http://hub.example.org')
    expect(() => hubTokens({ key: file })).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})
