import { describe, expect, test } from 'vitest'

import { tinyAbilities, tinyDriver } from '../../model/tiny-driver.ts'
import { GantryError } from '../errors/gantry-error.ts'
import { type DirectDriver, type DirectOrder, SourceFailure } from './direct.ts'
import { Store } from './store.ts'
import type { StoreDriver } from './store-driver.ts'

const digests = { sha256: 'aa' }
const source = { path: 'a', size: 5 }

/** A store that takes from any, and keeps the orders that it got. */
function taking(direct: Partial<DirectDriver> = {}, more: Partial<StoreDriver> = {}) {
  const orders: DirectOrder[] = []
  const driver = tinyDriver({
    abilities: { ...tinyAbilities, direct: true },
    ...more,
    direct: {
      canTake: () => true,
      async take(order) {
        orders.push(order)
        return { source, stored: { path: order.entry.path, size: 5 }, digests }
      },
      ...direct,
    },
  })
  return { store: new Store(driver), orders }
}

const from = new Store(tinyDriver({ scheme: 'elsewhere', codeOf: () => 'rate_limited' }))

describe('taking an entry straight from another store', () => {
  test('hands over the drivers, the names and what is to be computed', async () => {
    const fromDriver = tinyDriver()
    const { store, orders } = taking()
    const ref = { path: 'a', version: '1', size: 5 }
    const taken = await store.take(new Store(fromDriver), ref, { path: 'cafe\u0301' }, { digests: ['sha256'] })
    expect(taken).toEqual({ source, stored: { path: 'caf\u00e9', size: 5 }, digests })
    expect(orders).toEqual([{ from: fromDriver, ref, entry: { path: 'caf\u00e9' }, digests: ['sha256'] }])
  })

  test('is told, and refused, where it cannot be', async () => {
    const without = new Store(tinyDriver())
    const { store, orders } = taking({ canTake: () => false })
    const { store: readOnly } = taking({}, { abilities: { ...tinyAbilities, direct: true, write: false } })
    const { store: undeclared } = taking({}, { abilities: tinyAbilities })
    for (const to of [without, store, readOnly, undeclared]) {
      expect(to.canTake(from, { path: 'a' })).toBe(false)
      await expect(to.take(from, { path: 'a' }, { path: 'b' })).rejects.toMatchObject({ code: 'unsupported' })
    }
    expect(taking().store.canTake(from, { path: 'a' })).toBe(true)
    expect(orders).toEqual([])
  })

  test('keeps to the rules of writing before the driver is asked', async () => {
    const { store, orders } = taking()
    await expect(store.take(from, { path: '../a' }, { path: 'b' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(store.take(from, { path: 'a' }, { path: '../b' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(store.take(from, { path: 'a' }, { path: '12345678901' })).rejects.toMatchObject({ code: 'invalid' })
    const conditional = store.take(from, { path: 'a' }, { path: 'b', ifAbsent: true })
    await expect(conditional).rejects.toMatchObject({ code: 'unsupported' })
    const stopped = store.take(from, { path: 'a' }, { path: 'b' }, { signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    expect(orders).toEqual([])
  })

  test.each([
    ['another length than was said', { path: 'b', size: 6 }, { path: 'b', size: 6 }],
    ['another length than it took', { path: 'b', size: 4 }, { path: 'b' }],
    ['other bytes than were promised', { path: 'b', digests: { sha256: 'bb' } }, { path: 'b', digests }],
  ])('fails with integrity when the store keeps %s', async (_what, stored, entry) => {
    const { store } = taking({ take: async () => ({ source, stored, digests }) })
    const wanted = 'size' in entry ? { ...entry, size: 5 } : entry
    await expect(store.take(from, { path: 'a' }, wanted)).rejects.toMatchObject({ code: 'integrity', path: 'b' })
  })

  test('tells of the source what failed there, and of itself what failed here', async () => {
    const cause = new Error('secret')
    const blamed: GantryError[] = []
    const options = { onSourceError: (error: GantryError) => void blamed.push(error) }
    const there = taking({ take: () => Promise.reject(new SourceFailure(cause)) }).store
    const failed = await there.take(from, { path: 'a' }, { path: 'b' }, options).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'rate_limited', store: 'elsewhere', path: 'a', cause })
    expect(blamed).toEqual([failed])
    const here = taking({ take: () => Promise.reject(cause) }).store
    const own = here.take(from, { path: 'a' }, { path: 'b' }, options)
    await expect(own).rejects.toMatchObject({ code: 'internal', store: 'test', path: 'b', cause })
    expect(blamed).toHaveLength(1)
  })

  test('ends with cancelled, whatever an aborted call threw', async () => {
    const controller = new AbortController()
    const { store } = taking({
      async take() {
        controller.abort()
        throw new SourceFailure(new Error('closed'))
      },
    })
    const stopped = store.take(from, { path: 'a' }, { path: 'b' }, controller)
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
  })
})
