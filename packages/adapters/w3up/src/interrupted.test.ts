import { generateIdentity } from '@gantry/age'
import { Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { car } from './index.ts'
import { mortal } from './testing/killed.ts'
import { all, contentsOf, expectedOf, pathsOf, storeFiles, studyFiles } from './testing/parcels.ts'

const ageSecretKey = await generateIdentity()
const options = { ageSecretKey, shardSize: 200_000 }
const files = studyFiles()

const blobs = async (given: Store) => [...(await pathsOf(given, 'shards')), ...(await pathsOf(given, 'indexes'))]

/** What a check of the archive tells: how many blobs nobody knows of, and what is broken. */
async function told(given: Store) {
  const results = await all(car(given, options).check())
  const findings = results.filter((result) => result.type === 'finding')
  const of = (kind: string) => findings.filter((finding) => finding.kind === kind)
  return {
    orphans: of('orphan'),
    unfinished: of('unfinished'),
    errors: findings.filter(({ severity }) => severity === 'error'),
  }
}

/** How many mutations an upload that nobody disturbs has. */
async function mutations(): Promise<number> {
  const { driver, state } = mortal(memory())
  await storeFiles(car(new Store(driver), options), files)
  return state.mutations
}

const steps = await mutations()

describe.each([
  ['before', false],
  ['behind', true],
])('a process that is killed %s its step', { timeout: 240_000 }, (_title, done) => {
  test('of any number leaves nothing unknown, and another goes on without sending a shard twice', async () => {
    expect(steps).toBeGreaterThan(12)
    for (let after = 0; after < steps; after += 1) {
      const contents = memory()
      const given = new Store(contents)
      const first = mortal(contents, { after, done })
      let saved: string | undefined
      const killed = storeFiles(car(new Store(first.driver), options), files, { save: (state) => void (saved = state) })
      await expect(killed).rejects.toMatchObject({ code: 'internal' })

      const between = await told(given)
      expect(between.orphans).toEqual([])
      expect(between.errors).toEqual([])
      const began = (await blobs(given)).length > 0 && (await pathsOf(given, 'units')).length === 0
      expect(between.unfinished.length).toBeGreaterThanOrEqual(began ? 1 : 0)

      const second = mortal(contents)
      const outcomes = await storeFiles(car(new Store(second.driver), options), files, { saved })
      expect(outcomes.filter((outcome) => 'error' in outcome)).toEqual([])
      expect(await contentsOf(car(given, options))).toEqual(expectedOf(files))
      const sent = [...first.written, ...second.written].filter((path) => path.startsWith('shards/'))
      expect(new Set(sent).size).toBe(sent.length)
      const after2 = await told(given)
      expect(after2).toEqual({ orphans: [], unfinished: [], errors: [] })
    }
  })

  test('of any number leaves what can be discarded without a trace', async () => {
    for (let after = 0; after < steps; after += 3) {
      const contents = memory()
      const given = new Store(contents)
      await storeFiles(car(given, options), studyFiles('other', 7))
      const before = await pathsOf(given)
      const first = mortal(contents, { after, done })
      let saved: string | undefined
      const killed = storeFiles(car(new Store(first.driver), options), files, { save: (state) => void (saved = state) })
      await killed.catch(() => {})
      const committed = (await pathsOf(given, 'units')).length === 2
      const driver = car(given, options)
      if (saved !== undefined && after % 2 === 0) await new Store(driver).parcels?.discard(saved)
      else for (const { unit = '' } of (await told(given)).unfinished) await driver.discardUnit(unit)
      expect((await told(given)).orphans).toEqual([])
      expect(committed ? before : await pathsOf(given)).toEqual(before)
    }
  })

  test('of a removal leaves what another ends', async () => {
    for (let after = 0; after < 12; after += 1) {
      const contents = memory()
      const given = new Store(contents)
      await storeFiles(car(given, options), studyFiles('other', 7))
      const before = await pathsOf(given)
      await storeFiles(car(given, options), files.slice(0, 3))
      const { driver } = mortal(contents, { after, done })
      const dying = new Store(car(new Store(driver), options))
      for (const { path } of files.slice(0, 3)) await dying.remove(path).catch(() => {})
      const between = await told(given)
      expect(between.orphans).toEqual([])
      expect(between.errors).toEqual([])
      const store = car(given, options)
      for (const { unit = '' } of between.unfinished) await store.discardUnit(unit)
      for (const { path } of files.slice(0, 3)) await new Store(store).remove(path)
      expect(await told(given)).toEqual({ orphans: [], unfinished: [], errors: [] })
      const left = (await pathsOf(given)).filter((path) => !path.startsWith('keys/'))
      expect(left).toEqual(before.filter((path) => !path.startsWith('keys/')))
    }
  })
})

describe('a file that goes on in another shard', () => {
  const big = { path: 'study/series/big', bytes: new Uint8Array(2_500_000).map((_, index) => index % 251), modified: 5 }
  const small = { path: 'study/series/small', bytes: Uint8Array.of(1, 2, 3), modified: 6 }
  const large = { ageSecretKey, shardSize: 1_100_000 }

  async function interrupted(given: ReturnType<typeof memory>, after = 5) {
    // The marker, a journal, the key, the journal again, a shard.
    const first = mortal(given, { after })
    let saved: string | undefined
    await storeFiles(car(new Store(first.driver), large), [big, small], {
      save: (state) => void (saved = state),
    }).catch(() => {})
    return { saved, sent: first.written.filter((path) => path.startsWith('shards/')) }
  }

  test.for([5, 6])('is encrypted to the same bytes, of which those are not sent that were: %i', async (after) => {
    const contents = memory()
    const { saved, sent } = await interrupted(contents, after)
    expect(sent).toHaveLength(1)
    await storeFiles(car(new Store(contents), large), [big, small], { saved })
    const given = new Store(contents)
    expect(await contentsOf(car(given, large))).toEqual(expectedOf([big, small]))
    let stored = 0
    for await (const { size = 0 } of given.list({ prefix: 'shards' })) stored += size
    expect(stored).toBeLessThan(2_510_000)
  })

  test('is refused when it changed, as its nonce would serve twice; and gets a new one when its time did', async () => {
    const contents = memory()
    const { saved } = await interrupted(contents)
    const changed = { ...big, bytes: big.bytes.with(0, 99) }
    const driver = car(new Store(contents), large)
    await expect(storeFiles(driver, [changed, small], { saved })).rejects.toMatchObject({ code: 'precondition_failed' })
    await storeFiles(driver, [{ ...changed, modified: 7 }, small], { saved })
    expect(await contentsOf(car(new Store(contents), large))).toEqual(expectedOf([changed, small]))
  })
})
