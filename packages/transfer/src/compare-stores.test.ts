import { flatLayout, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { compareStores, type CompareOptions } from './compare-stores.ts'
import { all } from './testing/all.ts'
import { fill } from './testing/contents.ts'
import { failing, side } from './testing/rig.ts'

const one = new Map([
  ['a/same', new Uint8Array(10).fill(1)],
  ['a/changed', new Uint8Array(10).fill(2)],
  ['b/shorter', new Uint8Array(10).fill(3)],
  ['b/missing', new Uint8Array(10).fill(4)],
])
const other = new Map([
  ['a/same', new Uint8Array(10).fill(1)],
  ['a/changed', new Uint8Array(10).fill(99)],
  ['b/shorter', new Uint8Array(9).fill(3)],
  ['c/more', new Uint8Array(1)],
])

async function outcomes(options: CompareOptions): Promise<Record<string, string>> {
  const compared = await all(compareStores(options))
  return Object.fromEntries(compared.map(({ path, outcome }) => [path, outcome]))
}

async function two(mine: readonly 'sha256'[], theirs: readonly ('sha256' | 'crc32')[]) {
  const from = side({}, mine)
  const to = side({}, theirs)
  await fill(from.direct, one)
  await fill(to.direct, other)
  return { from: from.store, to: to.store, driver: { from: from.driver, to: to.driver } }
}

const known = { 'a/same': 'same', 'a/changed': 'different', 'b/shorter': 'different', 'b/missing': 'missing' }

describe('comparing stores', () => {
  test('by digests that both tell, without reading', async () => {
    const { driver, ...stores } = await two(['sha256'], ['sha256'])
    expect(await outcomes(stores)).toEqual(known)
    expect(driver.from.count('read') + driver.to.count('read')).toBe(0)
  })

  test('by a digest that one tells, reading the other', async () => {
    const { driver, ...stores } = await two([], ['crc32'])
    expect(await outcomes(stores)).toEqual(known)
    expect(driver.to.count('read')).toBe(0)
  })

  test('says that it does not know where nothing is told: equal sizes and times prove nothing', async () => {
    const { driver: _driver, ...stores } = await two([], [])
    expect(await outcomes(stores)).toEqual({ ...known, 'a/same': 'unknown', 'a/changed': 'unknown' })
  })

  test('deeply, by reading both', async () => {
    const { driver, ...stores } = await two([], [])
    expect(await outcomes({ ...stores, deep: true })).toEqual(known)
    expect(driver.to.count('read')).toBe(2)
  })

  test('through a selection and a layout', async () => {
    const { driver: _driver, ...stores } = await two(['sha256'], ['sha256'])
    const found = await all(compareStores({ ...stores, selection: { prefix: 'a' }, layout: flatLayout }))
    expect(found.map(({ path, target, outcome }) => [path, target, outcome])).toEqual([
      ['a/changed', 'changed', 'missing'],
      ['a/same', 'same', 'missing'],
    ])
  })

  test('reads again what could not be read once, and fails where it never can', async () => {
    const { driver, ...stores } = await two([], [])
    driver.to.script = {
      before: ({ operation, nth }) => void (operation === 'read' && nth === 1 && failing('unavailable')),
    }
    expect(await outcomes({ ...stores, deep: true })).toEqual(known)
    driver.to.script = { before: ({ operation }) => void (operation === 'read' && failing('permission_denied')) }
    await expect(outcomes({ ...stores, deep: true })).rejects.toMatchObject({ code: 'permission_denied' })
  })

  test('names what is no path as missing', async () => {
    const contents = new MemoryContents()
    contents.entries.set('../evil', { entry: { path: '../evil', size: 1 }, chunks: [new Uint8Array(1)] })
    const { driver: _driver, to } = await two([], [])
    expect(await outcomes({ from: new Store(memory({ contents })), to })).toEqual({ '../evil': 'missing' })
  })

  test('stops on request', async () => {
    const { driver: _driver, ...stores } = await two([], [])
    const signal = AbortSignal.abort()
    await expect(outcomes({ ...stores, signal })).rejects.toMatchObject({ code: 'cancelled' })
  })
})
