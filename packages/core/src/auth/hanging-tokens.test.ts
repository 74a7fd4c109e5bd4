import { describe, expect, test } from 'vitest'

import type { AccessToken } from './access-token.ts'
import { createAccessTokens } from './access-tokens.ts'

/** None. */
const limit = () => new AbortController().signal

describe('a request that hangs', () => {
  /** One that ends with its signal, or not even then; what it was told, and how often it was begun. */
  function hanging(options: { limit?: () => AbortSignal; deaf?: boolean } = {}) {
    const signals: AbortSignal[] = []
    const fetch = async ({ signal }: { readonly signal: AbortSignal }): Promise<AccessToken> => {
      signals.push(signal)
      return await new Promise((_, reject) => {
        if (options.deaf !== true) signal.addEventListener('abort', () => reject(new Error('Stopped.')))
      })
    }
    return { signals, tokens: createAccessTokens({ fetch, now: () => 0, limit: options.limit ?? limit }) }
  }

  test('ends when the last caller gives up, and not before', async () => {
    const { signals, tokens } = hanging()
    const callers = [new AbortController(), new AbortController()]
    const asked = callers.map(async ({ signal }) => await tokens.get(signal))
    callers[0]?.abort()
    await expect(asked[0]).rejects.toMatchObject({ code: 'cancelled' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    callers[1]?.abort()
    await expect(asked[1]).rejects.toMatchObject({ code: 'cancelled' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  test('goes on for a caller that cannot give up', async () => {
    const { signals, tokens } = hanging()
    const controller = new AbortController()
    const [impatient] = [tokens.get(controller.signal), tokens.get().catch(() => {})]
    controller.abort()
    await expect(impatient).rejects.toMatchObject({ code: 'cancelled' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  })

  test('and was given up, is not joined by who comes after, who begins another', async () => {
    const { signals, tokens } = hanging({ deaf: true })
    for (let times = 1; times <= 2; times += 1) {
      const controller = new AbortController()
      const asked = tokens.get(controller.signal)
      controller.abort()
      await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
      expect(signals).toHaveLength(times)
    }
  })

  test.each([true, false])('is given up at its limit, for all that wait; deaf to its signal: %s', async (deaf) => {
    const over = new AbortController()
    const { signals, tokens } = hanging({ limit: () => over.signal, deaf })
    const asked = [tokens.get(), tokens.get()]
    over.abort()
    for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'timeout', retryable: true })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })
})
