import { flatLayout, Store, type Tally } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { compareStores, type CompareOptions } from './compare-stores.ts'
import { all } from './testing/all.ts'
import { fill } from './testing/contents.ts'
import { failing, rig, side } from './testing/rig.ts'

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

  test('tells names apart that would collide, as a copy does', async () => {
    const entries = new Map(
      ['a/x', 'b/x', 'a/y', 'b/y'].map((path) => [path, new Uint8Array(3).fill(path.charCodeAt(0))]),
    )
    const made = await rig({ entries, spec: { layout: 'flat' } })
    await (await made.open()).run()
    const options = { from: made.from.store, to: made.to.store, layout: flatLayout, deep: true }
    const all4 = { 'a/x': 'same', 'b/x': 'same', 'a/y': 'same', 'b/y': 'same' }
    expect(await outcomes(options)).toEqual(all4)
    const arrived = await all(made.to.direct.list())
    await made.to.direct.remove(String(arrived.find(({ path }) => path.startsWith('y-'))?.path))
    expect(await outcomes(options)).toEqual({ ...all4, 'b/y': 'missing' })
    expect(await outcomes({ ...options, selection: { include: ['y'] } })).toEqual({ 'a/y': 'same', 'b/y': 'missing' })
  })

  test('tells apart names that are one in NFC', async () => {
    const names = ['u\u0308.dcm', '\u00fc.dcm']
    const made = await rig({ entries: new Map() })
    // As they are: a store writes names in NFC.
    for (const path of names) {
      made.from.contents.entries.set(path, { entry: { path, size: 9 }, chunks: [new Uint8Array(9).fill(path.length)] })
    }
    await (await made.open()).run()
    const compared = await outcomes({ from: made.from.store, to: made.to.store, deep: true })
    const same = Object.fromEntries(names.map((path) => [path, 'same']))
    expect(compared).toEqual(same)
    // As other tools have copied them: with their own names.
    expect(await outcomes({ from: made.from.store, to: made.from.store, deep: true })).toEqual(same)
    const [first = ''] = names
    made.from.contents.entries.delete(first)
    const half = { from: made.to.store, to: made.from.store, deep: true }
    expect(Object.values(await outcomes(half)).sort()).toEqual(['different', 'missing'])
  })

  test('asks for names as they are for as long as that takes: many answers are no stall', async () => {
    onTestFinished(() => void vi.useRealTimers())
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    const to = side({
      before: ({ operation }) => void (operation === 'stat' && vi.advanceTimersByTime(1000)),
    })
    const from = side()
    const names = Array.from({ length: 100 }, (_, index) => `u\u0308/${index}.dcm`)
    for (const path of names) from.contents.entries.set(path, { entry: { path, size: 1 }, chunks: [new Uint8Array(1)] })
    const compared = await outcomes({ from: from.store, to: to.store })
    expect(compared).toEqual(Object.fromEntries(names.map((path) => [path, 'missing'])))
    expect(from.driver.count('list')).toBe(1)
  })

  test('counts a name that the destination cannot hold as missing, and compares the rest', async () => {
    const { driver: _driver, from } = await two(['sha256'], ['sha256'])
    const to = side({
      before: ({ operation, path }) => void (operation === 'stat' && path === 'a/changed' && failing('invalid')),
    })
    await fill(to.direct, one)
    const expected = { 'a/same': 'same', 'a/changed': 'missing', 'b/shorter': 'same', 'b/missing': 'same' }
    expect(await outcomes({ from, to: to.store })).toEqual(expected)
  })

  test('tells what it has listed before it compares', async () => {
    const { driver: _driver, ...stores } = await two([], [])
    const told: (Tally | string)[] = []
    const onListed = (more: Tally) => void told.push(more)
    for await (const { outcome } of compareStores({ ...stores, onListed })) told.push(outcome)
    expect(told.slice(0, 2)).toEqual([{ entries: 4, bytes: expect.any(Number) }, expect.any(String)])
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

  test('does not know of what the source does not let be looked at', async () => {
    const { driver: _driver, ...stores } = await two(['sha256'], ['sha256'])
    const identify = async (_store: Store, { path }: { readonly path: string }) => {
      await Promise.resolve()
      if (path === 'a/same') failing('permission_denied')
      return { attributes: { Modality: 'CT' } }
    }
    const selection = { modalities: ['CT'] }
    expect(await outcomes({ ...stores, identify, selection })).toEqual({ ...known, 'a/same': 'unknown' })
  })

  test('stops on request', async () => {
    const { driver: _driver, ...stores } = await two([], [])
    const signal = AbortSignal.abort()
    await expect(outcomes({ ...stores, signal })).rejects.toMatchObject({ code: 'cancelled' })
  })
})
