import { createAccessTokens, toCall } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { signInByLoopback } from '../node/loopback-sign-in.ts'
import { failure, redirected, Rig } from '../testing/rig.ts'
import { refreshedTokens, revokeToken } from './refresh.ts'

async function offline(rig: Rig): Promise<string> {
  const onUrl = (url: string) => void redirected(url).then(async (answered) => await fetch(answered))
  const { refreshToken } = await signInByLoopback({ ...rig.client, offline: true, onUrl })
  if (refreshToken === undefined) throw new Error('No refresh token.')
  return refreshToken
}

describe('a refresh token', () => {
  test('brings access tokens: one for any number of callers, another when that has been refused', async () => {
    await using rig = await Rig.make()
    const refreshToken = await offline(rig)
    const before = rig.count('/token')
    const tokens = createAccessTokens({
      fetch: refreshedTokens({ ...rig.client, refreshToken }),
      now: Date.now,
      limit: () => AbortSignal.timeout(30_000),
    })
    const [first] = new Set(await Promise.all(Array.from({ length: 20 }, async () => await tokens.get())))
    expect(rig.count('/token') - before).toBe(1)
    tokens.refuse(first ?? '')
    expect(await tokens.get()).not.toBe(first)
  })

  test('brings another before the old one expires, by the clock here', async () => {
    await using rig = await Rig.make({ tokenLifetime: 600 })
    const refreshToken = await offline(rig)
    let now = Date.now()
    const fetch = refreshedTokens({ ...rig.client, refreshToken, now: () => now })
    const tokens = createAccessTokens({ fetch, now: () => now, limit: () => AbortSignal.timeout(30_000) })
    const first = await tokens.get()
    now += 530_000
    expect(await tokens.get()).toBe(first)
    now += 20_000
    expect(await tokens.get()).not.toBe(first)
  })

  test('that was revoked brings none, and the error holds nothing of it', async () => {
    await using rig = await Rig.make()
    const refreshToken = await offline(rig)
    await revokeToken({ ...rig.client, token: refreshToken })
    const error = await failure(refreshedTokens({ ...rig.client, refreshToken })(toCall()))
    expect(error.code).toBe('unauthenticated')
    expect(`${error.message} ${String(error.cause)} ${JSON.stringify(error)}`).not.toContain(refreshToken)
  })

  test('is not asked for by a call that has been stopped', async () => {
    await using rig = await Rig.make()
    const fetch = refreshedTokens({ ...rig.client, refreshToken: 'x' })
    expect((await failure(fetch({ signal: AbortSignal.abort() }))).code).toBe('cancelled')
    expect(rig.count('/token')).toBe(0)
  })
})
