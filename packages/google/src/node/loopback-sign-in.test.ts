import { createServer } from 'node:http'
import { request } from 'node:http'
import { type AddressInfo } from 'node:net'

import { account, installedClient } from '@gantry-tooling/servers/google'
import { describe, expect, test } from 'vitest'

import { healthcareScope, projectsScope } from '../oauth/scopes.ts'
import { failure, redirected, Rig } from '../testing/rig.ts'
import { signInByLoopback, type LoopbackSignInOptions } from './loopback-sign-in.ts'

/** Signs in with a person who does as `visit` says; and the page that they see at the end. */
async function signIn(rig: Rig, options: Partial<LoopbackSignInOptions> = {}, visit = redirected) {
  let page = Promise.resolve('')
  const grant = signInByLoopback({
    ...rig.client,
    ...options,
    onUrl: (url) => {
      page = visit(url).then(async (answered) => await (await fetch(answered)).text())
      page.catch(() => {})
    },
  })
  return { grant: await grant, page: await page }
}

async function refusal(rig: Rig, options: Partial<LoopbackSignInOptions> = {}, visit = redirected) {
  let page = ''
  const seen = async (url: string) => {
    const answered = await visit(url)
    page = await (await fetch(answered)).text()
    return 'about:blank'
  }
  const onUrl = (url: string) => void seen(url).catch(() => {})
  const error = await failure(signInByLoopback({ ...rig.client, ...options, onUrl }))
  await expect.poll(() => page).not.toBe('')
  return { error, page }
}

describe('signing in through a browser', () => {
  test('brings an access token, and who it is of', async () => {
    await using rig = await Rig.make()
    const { grant, page } = await signIn(rig)
    expect(grant.account).toBe(account)
    expect(grant.scopes).toEqual(['openid', 'email', healthcareScope, projectsScope])
    expect(grant.token.expires - Date.now()).toBeGreaterThan(3_500_000)
    expect(grant.refreshToken).toBeUndefined()
    expect(page).toContain('You are signed in')
    expect(page).not.toContain(grant.token.token)
  })

  test('proves itself by PKCE, a state and a nonce, and asks for no offline access', async () => {
    await using rig = await Rig.make()
    await signIn(rig)
    const [{ query } = { query: new URLSearchParams() }] = rig.google.requests
    expect(query.get('code_challenge_method')).toBe('S256')
    expect(query.get('access_type')).toBe('online')
    expect(query.get('state')).toMatch(/^[\w-]{43}$/u)
    expect(query.get('nonce')).toMatch(/^[\w-]{43}$/u)
    const form = rig.google.requests.find(({ path }) => path === '/token')?.form
    expect(form?.get('code_verifier')).toMatch(/^[\w-]{43}$/u)
    expect(rig.google.refreshTokens).toBe(0)
  })

  test('brings a refresh token where it was asked for', async () => {
    await using rig = await Rig.make()
    const { grant } = await signIn(rig, { offline: true })
    expect(grant.refreshToken).toMatch(/^1\/\//u)
  })

  test('works although the clock here is wrong by days', async () => {
    await using rig = await Rig.make()
    rig.google.controls.clockOffset = 5 * 86_400_000
    const { grant } = await signIn(rig)
    expect(grant.account).toBe(account)
    // The lifetime counts, and not the server's time of day.
    expect(grant.token.expires - Date.now()).toBeLessThan(3_700_000)
  })

  test('waits on when somebody sends another state', async () => {
    await using rig = await Rig.make()
    let stranger = { status: 0, text: '' }
    const { grant } = await signIn(rig, {}, async (url) => {
      const answered = await redirected(url)
      const forged = new URL(answered)
      forged.searchParams.set('state', 'x'.repeat(43))
      const response = await fetch(forged)
      stranger = { status: response.status, text: await response.text() }
      return answered
    })
    expect(stranger.status).toBe(400)
    expect(stranger.text).toContain('not the answer')
    expect(grant.account).toBe(account)
    expect(rig.count('/token')).toBe(1)
  })

  test('listens to nothing but its own page', async () => {
    await using rig = await Rig.make()
    const statuses: (number | undefined)[] = []
    await signIn(rig, {}, async (url) => {
      const answered = await redirected(url)
      const { port, origin } = new URL(answered)
      statuses.push((await fetch(`${origin}/favicon.ico`)).status)
      statuses.push((await fetch(`${origin}/`)).status)
      statuses.push((await fetch(answered, { method: 'POST' })).status)
      const { pathname, search } = new URL(answered)
      statuses.push(await statusFor(Number(port), `${pathname}${search}`, 'attacker.example'))
      return answered
    })
    expect(statuses).toEqual([404, 404, 404, 404])
  })
})

async function statusFor(port: number, path: string, host: string): Promise<number | undefined> {
  const outgoing = request({ host: '127.0.0.1', port, path, headers: { host } }).end()
  return await new Promise((resolve, reject) => {
    outgoing.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject)
  })
}

describe('signing in fails', () => {
  test('when the access is refused', async () => {
    await using rig = await Rig.make()
    rig.google.controls.consent = 'deny'
    const { error, page } = await refusal(rig)
    expect(error.code).toBe('permission_denied')
    expect(page).toContain('The access was refused')
  })

  test('when what is needed was unticked, but not when projects were', async () => {
    await using rig = await Rig.make()
    rig.google.controls.unticked = [projectsScope]
    expect((await signIn(rig)).grant.scopes).not.toContain(projectsScope)
    rig.google.controls.unticked = [healthcareScope]
    expect((await refusal(rig)).error).toMatchObject({ code: 'permission_denied' })
  })

  test('when the ID token is one of another sign-in', async () => {
    await using rig = await Rig.make()
    rig.google.controls.nonce = 'another'
    const { error } = await refusal(rig)
    expect(error.code).toBe('unauthenticated')
    expect(error.message).toContain('not one to this sign-in')
  })

  test.each([
    ['without the secret', { clientSecret: undefined }, 'secret'],
    ['with a wrong secret', { clientSecret: 'wrong' }, 'id and its secret'],
  ])('%s, and says so', async (_, options, text) => {
    await using rig = await Rig.make()
    const { error } = await refusal(rig, options)
    expect(error.code).toBe('unauthenticated')
    expect(error.message).toContain(text)
  })

  test('when the token endpoint fails, and tells that from a refusal', async () => {
    await using rig = await Rig.make()
    for (const [status, code, retryAfter] of [
      [503, 'unavailable', 7000],
      ['hangup', 'unavailable', undefined],
      [429, 'rate_limited', 7000],
    ] as const) {
      rig.google.controls.failures.push({ path: '/token', status, retryAfter: '7' })
      const { error } = await refusal(rig)
      expect([error.code, error.retryAfter]).toEqual([code, retryAfter])
    }
  })

  test('when nobody comes in time', async () => {
    await using rig = await Rig.make()
    const call = signInByLoopback({ ...rig.client, onUrl: () => {}, timeout: 20 })
    expect((await failure(call)).code).toBe('timeout')
  })

  test('when it is stopped, and then the port is free', async () => {
    await using rig = await Rig.make()
    const controller = new AbortController()
    let port = 0
    const onUrl = (url: string) => {
      port = Number(new URL(new URL(url).searchParams.get('redirect_uri') ?? '').port)
      controller.abort()
    }
    const error = await failure(signInByLoopback({ ...rig.client, onUrl }, { signal: controller.signal }))
    expect(error.code).toBe('cancelled')
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed')
    const before = signInByLoopback({ ...rig.client, onUrl }, { signal: AbortSignal.abort() })
    expect((await failure(before)).code).toBe('cancelled')
  })

  test('when the port that was named is taken', async () => {
    await using rig = await Rig.make()
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const error = await failure(signInByLoopback({ ...rig.client, onUrl: () => {}, port }))
    expect(error.code).toBe('unavailable')
    expect(error.message).toContain(String(port))
    other.close()
  })

  test.each([
    ['an empty client id', { clientId: '' }],
    ['an endpoint that is not protected', { endpoints: { token: 'http://example.org/token' } }],
    ['an endpoint with a user', { endpoints: { token: 'https://a:b@example.org/token' } }],
  ])('at once with %s', async (_, options) => {
    const call = signInByLoopback({ clientId: installedClient.clientId, ...options, onUrl: () => {} })
    expect((await failure(call)).code).toBe('invalid')
  })
})
