import { describe, expect, test, vi } from 'vitest'

import { GantryError } from '../errors/gantry-error.ts'
import type { AccessToken } from './access-token.ts'
import { createAccessTokens, withAccessToken } from './access-tokens.ts'

const minute = 60_000
const lifetime = 60 * minute
/** None. */
const limit = () => new AbortController().signal

/** A service that mints tokens `t1`, `t2`, … of an hour, when it is let; and a clock that goes when it is told. */
function service(options: { lifetime?: number; margin?: number } = {}) {
  const state = { now: 1_000_000, fetches: 0, failure: undefined as Error | undefined, held: false }
  const waiting: (() => void)[] = []
  const fetch = async (): Promise<AccessToken> => {
    state.fetches += 1
    const token = `t${state.fetches}`
    if (state.held) await new Promise<void>((resolve) => waiting.push(resolve))
    if (state.failure !== undefined) throw state.failure
    return { token, expires: state.now + (options.lifetime ?? lifetime) }
  }
  const { margin } = options
  const tokens = createAccessTokens({ fetch, now: () => state.now, limit, ...(margin !== undefined && { margin }) })
  const release = () => {
    state.held = false
    for (const resolve of waiting.splice(0)) resolve()
  }
  return { state, tokens, release }
}

const refusal = () => new GantryError('unauthenticated', 'No.')

describe('a token', () => {
  test('is fetched once, and kept until a minute before it expires', async () => {
    const { state, tokens } = service()
    expect(await tokens.get()).toBe('t1')
    state.now += lifetime - minute - 1
    expect(await tokens.get()).toBe('t1')
    state.now += 1
    expect(await tokens.get()).toBe('t2')
    expect(state.fetches).toBe(2)
  })

  test('is kept until another margin where that is asked for', async () => {
    const { state, tokens } = service({ margin: 0 })
    await tokens.get()
    state.now += lifetime - 1
    expect(await tokens.get()).toBe('t1')
    state.now += 1
    expect(await tokens.get()).toBe('t2')
  })

  test('that lives shorter than the margin is kept for half its life', async () => {
    const { state, tokens } = service({ lifetime: 30_000 })
    expect(await tokens.get()).toBe('t1')
    state.now += 14_999
    expect(await tokens.get()).toBe('t1')
    state.now += 1
    expect(await tokens.get()).toBe('t2')
  })

  test.each([undefined, {}, { token: '', expires: 1 }, { token: 'a' }, { token: 'a', expires: NaN }])(
    'that is none, or does not say when it expires, is handed to nobody: %j',
    async (token) => {
      const tokens = createAccessTokens({ fetch: async () => token as AccessToken, now: () => 0, limit })
      await expect(tokens.get()).rejects.toMatchObject({ code: 'unauthenticated' })
    },
  )

  test('that says in seconds when it expires is named, and not fetched for every call', async () => {
    const now = 1_800_000_000_000
    const fetch = async () => ({ token: 't', expires: now / 1000 + 3600 })
    const message = expect.stringContaining('milliseconds') as string
    const tokens = createAccessTokens({ fetch, now: () => now, limit })
    await expect(tokens.get()).rejects.toMatchObject({ code: 'unauthenticated', message })
  })

  test('that never expires is kept', async () => {
    let fetches = 0
    const fetch = async () => ({ token: `t${(fetches += 1)}`, expires: Infinity })
    const tokens = createAccessTokens({ fetch, now: () => 1e15, limit })
    expect([await tokens.get(), await tokens.get()]).toEqual(['t1', 't1'])
  })

  test('is fetched once for any number of callers', async () => {
    const { state, tokens, release } = service()
    state.held = true
    const callers = Array.from({ length: 50 }, () => tokens.get())
    release()
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['t1']))
    expect(state.fetches).toBe(1)
  })

  test('is fetched anew when the clock jumps ahead, and kept when it jumps back', async () => {
    const { state, tokens } = service()
    await tokens.get()
    state.now -= 10 * lifetime
    expect(await tokens.get()).toBe('t1')
    state.now += 20 * lifetime
    expect(await tokens.get()).toBe('t2')
  })

  test('that a provider says has expired is used all the same: the clock here may be wrong', async () => {
    const { tokens } = service({ lifetime: -minute })
    expect(await tokens.get()).toBe('t1')
  })
})

describe('a refresh that fails', () => {
  const failure = new GantryError('unavailable', 'Down.')

  test('is the error of every caller that waits for it, and is tried again by the next', async () => {
    const { state, tokens } = service()
    state.failure = failure
    const callers = [tokens.get(), tokens.get()]
    await expect(Promise.allSettled(callers)).resolves.toMatchObject([{ reason: failure }, { reason: failure }])
    expect(state.fetches).toBe(1)
    state.failure = undefined
    expect(await tokens.get()).toBe('t2')
  })

  test('leaves the old token in use as long as that lives', async () => {
    const { state, tokens } = service()
    await tokens.get()
    state.failure = failure
    state.now += lifetime - 1
    expect(await tokens.get()).toBe('t1')
    state.now += 1
    await expect(tokens.get()).rejects.toBe(failure)
    expect(state.fetches).toBe(3)
  })

  test('leaves it in use also when it was the provider that gave up', async () => {
    const { state, tokens } = service()
    await tokens.get()
    state.failure = new GantryError('cancelled', 'Stopped.')
    state.now += lifetime - 1
    expect(await tokens.get()).toBe('t1')
  })

  test.each([new TypeError('fetch failed'), 'thrown', undefined])(
    'for no reason that has a code is unavailable: %s',
    async (cause) => {
      const fetch = async () => {
        throw cause
      }
      const tokens = createAccessTokens({ fetch, now: () => 0, limit })
      await expect(tokens.get()).rejects.toMatchObject({ name: 'GantryError', code: 'unavailable', retryable: true })
      await expect(tokens.get()).rejects.toThrow(expect.objectContaining(cause === undefined ? {} : { cause }))
    },
  )

  test('does not bring back a token that was refused', async () => {
    const { state, tokens } = service()
    tokens.refuse(await tokens.get())
    state.failure = failure
    await expect(tokens.get()).rejects.toBe(failure)
  })

  test('at once, before there is a promise, is like any other', async () => {
    let failing = true
    const fetch = () => {
      if (failing) throw failure
      return Promise.resolve({ token: 'late', expires: lifetime })
    }
    const tokens = createAccessTokens({ fetch, now: () => 0, limit })
    await expect(tokens.get()).rejects.toBe(failure)
    failing = false
    expect(await tokens.get()).toBe('late')
  })
})

describe('a caller that gives up', () => {
  test('does not stop the refresh that others wait for', async () => {
    const { state, tokens, release } = service()
    state.held = true
    const controller = new AbortController()
    const impatient = tokens.get(controller.signal)
    const patient = tokens.get()
    controller.abort()
    await expect(impatient).rejects.toMatchObject({ code: 'cancelled' })
    release()
    expect(await patient).toBe('t1')
    expect(state.fetches).toBe(1)
  })

  test('is told so, and not given the old token', async () => {
    const { state, tokens, release } = service()
    await tokens.get()
    state.now += lifetime - 1
    state.held = true
    const controller = new AbortController()
    const impatient = tokens.get(controller.signal)
    controller.abort()
    await expect(impatient).rejects.toMatchObject({ code: 'cancelled' })
    release()
    expect(await tokens.get()).toBe('t3')
  })

  test('before it asks starts nothing, and leaves no rejection that nobody handles', async () => {
    const { state, tokens } = service()
    state.failure = new Error('Down.')
    await expect(tokens.get(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
    expect(state.fetches).toBe(0)
  })

  test('leaves no listener behind', async () => {
    const { tokens } = service()
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await tokens.get(signal)
    expect(removed.mock.calls).toEqual(added.mock.calls.map(([type, listener]) => [type, listener]))
  })
})

describe('work with a token', () => {
  test('is tried once more with a new one after a 401', async () => {
    const { tokens } = service()
    const seen: string[] = []
    const result = await withAccessToken(tokens, async (token) => {
      seen.push(token)
      if (token === 't1') throw refusal()
      return 'done'
    })
    expect(result).toBe('done')
    expect(seen).toEqual(['t1', 't2'])
  })

  test('fails when the new one is refused too', async () => {
    const { state, tokens } = service()
    let calls = 0
    const work = () => {
      calls += 1
      return Promise.reject(refusal())
    }
    await expect(withAccessToken(tokens, work)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect([calls, state.fetches]).toEqual([2, 2])
  })

  test.each([
    new GantryError('permission_denied', 'Not yours.'),
    new GantryError('unavailable', 'Down.'),
    new Error('unauthenticated'),
  ])('is not tried again, and no token fetched, after %s', async (error) => {
    const { state, tokens } = service()
    let calls = 0
    const work = () => {
      calls += 1
      return Promise.reject(error)
    }
    await expect(withAccessToken(tokens, work)).rejects.toBe(error)
    expect([calls, state.fetches]).toEqual([1, 1])
    expect(await tokens.get()).toBe('t1')
  })

  test('of many that are refused at once fetches one new token', async () => {
    const { state, tokens } = service()
    const work = async (token: string) => {
      await Promise.resolve()
      if (token === 't1') throw refusal()
      return token
    }
    const results = await Promise.all(Array.from({ length: 50 }, () => withAccessToken(tokens, work)))
    expect(new Set(results)).toEqual(new Set(['t2']))
    expect(state.fetches).toBe(2)
  })

  test('that is refused late does not throw away the newer token', async () => {
    const { state, tokens } = service()
    const old = await tokens.get()
    tokens.refuse(old)
    expect(await tokens.get()).toBe('t2')
    tokens.refuse(old)
    expect(await tokens.get()).toBe('t2')
    expect(state.fetches).toBe(2)
  })

  test('stops waiting for its new token when it is aborted', async () => {
    const { state, tokens, release } = service()
    const controller = new AbortController()
    const work = () => {
      state.held = true
      queueMicrotask(() => controller.abort())
      return Promise.reject(refusal())
    }
    await expect(withAccessToken(tokens, work, controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
    release()
  })
})
