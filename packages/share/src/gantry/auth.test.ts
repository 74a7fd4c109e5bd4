import { createAccessTokens } from '@gantry/core'
import { expect, test } from 'vitest'

import { GantryRig, valueOf } from '../testing/gantry-rig.ts'
import { nodePlatform } from '../node/node-platform.ts'
import { Context } from './context.ts'
import { TokenHolder } from './token-holder.ts'

/** A JWT that nobody signed. */
function jwt(claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return `${encode({ alg: 'EdDSA' })}.${encode(claims)}.AAAA`
}

test('a token is there until it has expired', async () => {
  let now = 1_000_000
  const { gantry } = new GantryRig({ now: () => now })
  expect(valueOf(await gantry.auth.hasAccessToken())).toBe(false)
  valueOf(await gantry.auth.setAccessToken(jwt({ exp: 1060, name: 'Zoë' })))
  expect(valueOf(await gantry.auth.hasAccessToken())).toBe(true)
  now = 1_060_000
  expect(valueOf(await gantry.auth.hasAccessToken())).toBe(false)
  valueOf(await gantry.auth.setAccessToken('opaque'))
  expect(valueOf(await gantry.auth.hasAccessToken())).toBe(true)
})

test.each(['', 'two words', 'line\nfeed', 'ä', 'x'.repeat(20_000), undefined, 7, null])(
  'what no header can have is no token, and keeps the one before: %s',
  async (token) => {
    const { gantry } = new GantryRig()
    valueOf(await gantry.auth.setAccessToken('good'))
    expect((await gantry.auth.setAccessToken(token as never)).error?.code).toBe('invalid')
    expect(valueOf(await gantry.auth.hasAccessToken())).toBe(true)
  },
)

test('who fetches tokens always has one; what was set comes first, until it is refused', async () => {
  const fetched = createAccessTokens({
    now: () => 0,
    limit: () => new AbortController().signal,
    fetch: async () => ({ token: 'fetched', expires: 3_600_000 }),
  })
  const { gantry } = new GantryRig({ auth: fetched })
  expect(valueOf(await gantry.auth.hasAccessToken())).toBe(true)
  const tokens = new TokenHolder(fetched, () => 0)
  tokens.set('set')
  expect(await tokens.get()).toBe('set')
  tokens.refuse('set')
  expect(await tokens.get()).toBe('fetched')
  await expect(new TokenHolder(undefined, () => 0).get()).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a function that fetches tokens is asked when one is needed, and again when that has expired', async () => {
  let fetched = 0
  let now = 0
  const auth = async ({ signal }: { readonly signal: AbortSignal }) => {
    expect(signal.aborted).toBe(false)
    fetched += 1
    return { token: `t${fetched}`, expires: now + 3_600_000 }
  }
  expect(valueOf(await new GantryRig({ auth }).gantry.auth.hasAccessToken())).toBe(true)
  const tokens = new Context({ auth, now: () => now, platform: nodePlatform() }).tokens
  expect([await tokens.get(), await tokens.get()]).toEqual(['t1', 't1'])
  now = 3_600_000
  expect(await tokens.get()).toBe('t2')
})

test.each(['token', {}, null, 7])('what is no auth is refused: %s', (auth) => {
  expect(() => new GantryRig({ auth: auth as never })).toThrow(expect.objectContaining({ code: 'invalid' }))
})
