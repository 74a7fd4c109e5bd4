import { GantryError } from '@gantry/core'
import { describe, expect, test } from 'vitest'

import { repeatedly } from './repeatedly.ts'

function failing(times: number, error: GantryError) {
  let calls = 0
  const work = async () => {
    calls += 1
    if (calls <= times) throw error
    return calls
  }
  return { work, calls: () => calls }
}

const lost = new GantryError('unavailable', 'The answer was lost.')

describe('repeatedly', () => {
  test('asks again when an answer was lost', async () => {
    expect(await repeatedly({}, failing(2, lost).work)).toBe(3)
  })

  test('not for ever', async () => {
    const { work, calls } = failing(Infinity, new GantryError('rate_limited', 'Later.', { retryAfter: 1 }))
    await expect(repeatedly({}, work)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(calls()).toBe(5)
    await expect(repeatedly({ attempts: 2 }, work)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(calls()).toBe(7)
  })

  test('not when it would fail again', async () => {
    const { work, calls } = failing(1, new GantryError('permission_denied', 'No.'))
    await expect(repeatedly({}, work)).rejects.toMatchObject({ code: 'permission_denied' })
    expect(calls()).toBe(1)
  })

  test('stops at once while it waits', async () => {
    const abort = new AbortController()
    const { work } = failing(Infinity, new GantryError('rate_limited', 'Later.', { retryAfter: 60_000 }))
    const asking = repeatedly({ signal: abort.signal }, work)
    setTimeout(() => abort.abort(), 20)
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' })
  })
})
