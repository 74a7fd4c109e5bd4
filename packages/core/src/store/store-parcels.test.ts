import { describe, expect, test } from 'vitest'

import { closable, drain, tinyAbilities, tinyDriver } from '../../model/tiny-driver.ts'
import { GantryError } from '../errors/gantry-error.ts'
import { bytesOf } from './bytes.ts'
import type { FetchFailure, ParcelDriver, ParcelOutcome, ParcelWriter } from './parcel.ts'
import type { Reading } from './entry.ts'
import { Store } from './store.ts'
import type { StoreParcels } from './store-parcels.ts'

const unit = 'series'
const five = new Uint8Array(5)
const never = async () => {}

function parcelsOf(driver: ParcelDriver, sideBySide = false): StoreParcels {
  const parcels = { fetch: { unit, sideBySide }, store: { unit, resumable: false } } as const
  const store = new Store(tinyDriver({ parcels: driver, abilities: { ...tinyAbilities, parcels } }))
  return store.parcels as StoreParcels
}

async function* given(...items: readonly (Reading | FetchFailure)[]) {
  yield* items
}

const whole = (path: string): Reading => ({ entry: { path, size: 5 }, body: bytesOf(five) })

/** What comes of fetching: bytes, or a code. */
async function fetched(parcels: StoreParcels, ...paths: readonly string[]) {
  const found: Record<string, unknown> = {}
  for await (const item of parcels.fetch(paths.map((path) => ({ path })))) {
    if ('error' in item) found[item.path] = item.error.code
    else found[item.entry.path] = await drain(item.body).catch((error: GantryError) => error.code)
  }
  return found
}

test('are there only where they are declared', () => {
  expect(new Store(tinyDriver({ parcels: {} })).parcels).toBeUndefined()
})

describe('fetching', () => {
  test('gives every entry once, whatever the order', async () => {
    const parcels = parcelsOf({ fetch: () => given(whole('b'), whole('a')) })
    expect(await fetched(parcels, 'a', 'b')).toEqual({ a: 5, b: 5 })
  })

  test('tells failures as errors that name the store, and one of an entry that was forgotten', async () => {
    const parcels = parcelsOf({ fetch: () => given({ path: 'a', error: new Error('odd') }) })
    expect(await fetched(parcels, 'a', 'b')).toEqual({ a: 'internal', b: 'unavailable' })
    for await (const item of parcels.fetch([{ path: 'a' }])) {
      expect('error' in item && item.error).toMatchObject({ store: 'test', path: 'a' })
    }
  })

  test.each([
    ['that was not asked for', [whole('c')]],
    ['that was given before', [whole('a'), whole('a')]],
  ])('is internal with an entry %s', async (_, items) => {
    await expect(fetched(parcelsOf({ fetch: () => given(...items) }), 'a')).rejects.toMatchObject({ code: 'internal' })
  })

  test('refuses what is no path, and an entry twice', async () => {
    const parcels = parcelsOf({ fetch: () => given() })
    await expect(fetched(parcels, '../a')).rejects.toMatchObject({ code: 'invalid' })
    await expect(fetched(parcels, 'a', 'a')).rejects.toMatchObject({ code: 'invalid' })
  })

  test('checks the length of every body', async () => {
    const short: Reading = { entry: { path: 'a', size: 6 }, body: bytesOf(five) }
    const unknown: Reading = { entry: { path: 'b' }, body: bytesOf(five) }
    expect(await fetched(parcelsOf({ fetch: () => given(short, unknown) }), 'a', 'b')).toEqual({ a: 'integrity', b: 5 })
  })

  test.each([true, false])('closes a body that was passed over, unless they go side by side: %s', async (together) => {
    const { body, state } = closable(five)
    const parcels = parcelsOf({ fetch: () => given({ entry: { path: 'a', size: 5 }, body }, whole('b')) }, together)
    const iterator = parcels.fetch([{ path: 'a' }, { path: 'b' }])
    await iterator.next()
    await iterator.next()
    expect(state.closed).toBe(!together)
    await iterator.return()
  })

  test('ends at once when it is aborted, though the driver hangs', async () => {
    const controller = new AbortController()
    // oxlint-disable-next-line require-yield -- it hangs
    const parcels = parcelsOf({
      async *fetch() {
        await new Promise(() => {})
        yield whole('a')
      },
    })
    const next = parcels.fetch([{ path: 'a' }], { signal: controller.signal }).next()
    controller.abort()
    await expect(next).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('a parcel', () => {
  function writing(outcomes: (added: readonly string[]) => readonly ParcelOutcome[], more: Partial<ParcelWriter> = {}) {
    const calls: string[] = []
    const added: string[] = []
    const parcels = parcelsOf({
      async store() {
        return {
          has: new Set<string>(),
          async add({ path }, body) {
            await drain(body)
            added.push(path)
          },
          commit: async () => outcomes(added),
          abort: async () => void calls.push('abort'),
          ...more,
        }
      },
    })
    return { parcels, calls }
  }
  const stored = (added: readonly string[]) => added.map((path) => ({ path, entry: { path, size: 5 } }))
  const entries = [{ path: 'a', size: 5 }, { path: 'b' }]

  test('is committed with an outcome for every entry', async () => {
    const parcel = await writing(stored).parcels.open({ entries, save: never })
    await parcel.add({ path: 'b' }, bytesOf(five))
    expect(await parcel.commit()).toEqual([{ path: 'b', entry: { path: 'b', size: 5 } }])
    await expect(parcel.add({ path: 'a' }, bytesOf(five))).rejects.toMatchObject({ code: 'internal' })
    await expect(parcel.commit()).rejects.toMatchObject({ code: 'internal' })
  })

  test('tells what the store keeps otherwise than it was added, and what it is silent about', async () => {
    const outcomes = (): ParcelOutcome[] => [{ path: 'a', entry: { path: 'a', size: 4 } }]
    const parcel = await writing(outcomes).parcels.open({ entries, save: never })
    for (const { path } of entries) await parcel.add({ path }, bytesOf(five))
    expect(await parcel.commit()).toMatchObject([
      { path: 'a', error: { code: 'integrity', store: 'test' } },
      { path: 'b', error: { code: 'unavailable', path: 'b' } },
    ])
  })

  test('compares digests where both are known', async () => {
    const outcomes = (): ParcelOutcome[] => [{ path: 'a', entry: { path: 'a', digests: { md5: '1' } } }]
    const parcel = await writing(outcomes).parcels.open({ entries, save: never })
    await parcel.add({ path: 'a', digests: { md5: '2' } }, bytesOf(five))
    expect(await parcel.commit()).toMatchObject([{ path: 'a', error: { code: 'integrity' } }])
  })

  test('refuses paths that are none, doubled, or not announced', async () => {
    const { parcels } = writing(stored)
    await expect(parcels.open({ entries: [{ path: '/a' }], save: never })).rejects.toMatchObject({ code: 'invalid' })
    await expect(parcels.open({ entries: [...entries, ...entries], save: never })).rejects.toMatchObject({
      code: 'invalid',
    })
    const parcel = await parcels.open({ entries, save: never })
    await expect(parcel.add({ path: 'c' }, bytesOf(five))).rejects.toMatchObject({ code: 'internal' })
    await parcel.add({ path: 'a' }, bytesOf(five))
    await expect(parcel.add({ path: 'a' }, bytesOf(five))).rejects.toMatchObject({ code: 'internal' })
  })

  test('is lost when a body fails, which is the reason that is told, and can only be aborted', async () => {
    const { parcels, calls } = writing(stored)
    const parcel = await parcels.open({ entries, save: never })
    const short = parcel.add({ path: 'a', size: 6 }, bytesOf(five))
    await expect(short).rejects.toMatchObject({ code: 'integrity', path: 'a' })
    expect(parcel.lost).toBe(true)
    await expect(parcel.add({ path: 'b' }, bytesOf(five))).rejects.toMatchObject({ code: 'internal' })
    await expect(parcel.commit()).rejects.toMatchObject({ code: 'internal' })
    await parcel.abort()
    await parcel.abort()
    expect(calls).toEqual(['abort'])
  })
})

describe('a search', () => {
  const query = { level: 'study' } as const
  const matching = (...matches: readonly object[]) =>
    new Store(
      tinyDriver({
        abilities: { ...tinyAbilities, query: true },
        query: {
          async *search() {
            yield* matches as never[]
          },
        },
      }),
    )
  const all = async (store: Store, limit?: number) => {
    const found = []
    for await (const match of store.search({ ...query, ...(limit !== undefined && { limit }) })) found.push(match)
    return found
  }

  test('gives matches, and no more than asked for', async () => {
    expect(await all(matching({}, {}, {}))).toHaveLength(3)
    expect(await all(matching({}, {}, {}), 2)).toHaveLength(2)
    expect(await all(matching({}), 0)).toEqual([])
    await expect(all(matching({}), -1)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('is unsupported where it is not declared', async () => {
    await expect(all(new Store(tinyDriver()))).rejects.toMatchObject({ code: 'unsupported' })
  })
})
