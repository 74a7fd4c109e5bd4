import { generateIdentity } from '@gantry/age'
import { Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { phantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { car } from './index.ts'
import { mortal } from './testing/killed.ts'
import { all, contentsOf, expectedOf, pathsOf, storeFiles, type TestFile } from './testing/parcels.ts'

const ageSecretKey = await generateIdentity()
const shardSize = 200_000
const encrypted = { ageSecretKey, shardSize }
const study = '1.2.3'

const files: TestFile[] = []
for (const options of [
  { size: 64, slices: 12, series: 2 },
  { size: 1100, slices: 1, seed: 5 },
]) {
  for await (const { path, bytes } of phantom(options)) {
    files.push({ path: `${options.size}/${path}`, bytes: Uint8Array.from(bytes), modified: 1 })
  }
}

/** The same files elsewhere, all in one folder. */
const at = (folder: string, of: readonly TestFile[] = files) =>
  of.map((file) => ({ ...file, path: `${folder}/${file.path.replaceAll('/', '_')}` }))

const blobs = async (given: Store) => [...(await pathsOf(given, 'shards')), ...(await pathsOf(given, 'indexes'))]
const errors = async (given: Store, options: Parameters<typeof car>[1]) =>
  (await all(car(given, options).check())).filter(({ type }) => type === 'finding')

async function rootsOf(given: Store, options: Parameters<typeof car>[1]) {
  const versions: string[] = []
  for await (const { version = '' } of new Store(car(given, options)).list()) versions.push(version)
  return new Set(versions.map((version) => version.split('/')[0]))
}

test(
  'the root of a public study is the same wherever it lay, with a folder a series',
  { timeout: 60_000 },
  async () => {
    const options = { public: true, shardSize }
    const nested = at('moved/sub').map((file, index) => ({ ...file, path: `${index % 4}/${file.path}` }))
    const roots = await Promise.all(
      [at('flat'), nested].map(async (of) => {
        const given = new Store(memory())
        const outcomes = await storeFiles(car(given, options), of, { study })
        const places = outcomes.map((outcome) => ('entry' in outcome ? outcome.entry.version : ''))
        const folders = new Set(places.map((place) => place?.split('/')[1]))
        expect(folders.size).toBe(3)
        for (const folder of folders) expect(folder).toMatch(/^[\d.]+$/u)
        return [...(await rootsOf(given, options))]
      }),
    )
    expect(roots[0]).toHaveLength(1)
    expect(roots[1]).toEqual(roots[0])
  },
)

describe.each([
  ['encrypted', encrypted],
  ['public', { public: true, shardSize }],
])('a study that comes again from elsewhere, %s', { timeout: 120_000 }, (_title, options) => {
  test('sends nothing, has the same root, and both are whole, whichever goes', async () => {
    const given = new Store(memory())
    await storeFiles(car(given, options), at('st'), { study })
    const before = await blobs(given)
    const outcomes = await storeFiles(car(given, options), at('moved/sub'), { study })
    expect(outcomes.every((outcome) => 'entry' in outcome)).toBe(true)
    expect(await blobs(given)).toEqual(before)
    expect((await rootsOf(given, options)).size).toBe(1)
    expect(await pathsOf(given, 'units')).toHaveLength(2)
    expect(await pathsOf(given, 'keys')).toHaveLength('public' in options ? 0 : 1)
    const both = expectedOf([...at('st'), ...at('moved/sub')])
    expect(await contentsOf(car(given, options))).toEqual(both)
    expect(await errors(given, options)).toEqual([])
    const store = new Store(car(given, options))
    for (const { path } of at('st')) await store.remove(path)
    expect(await contentsOf(car(given, options))).toEqual(expectedOf(at('moved/sub')))
    expect(await errors(given, options)).toEqual([])
    for (const { path } of at('moved/sub')) await store.remove(path)
    expect(await blobs(given)).toEqual([])
  })

  test('with other images besides sends these alone', async () => {
    const given = new Store(memory())
    const [first, second] = [at('st', files.slice(0, 9)), at('more')]
    await storeFiles(car(given, options), first, { study })
    const before = new Set(await blobs(given))
    await storeFiles(car(given, options), second, { study })
    const added = (await blobs(given)).filter((path) => !before.has(path))
    let bytes = 0
    for (const path of added) bytes += (await given.stat(path)).size ?? 0
    const news = second.slice(9).reduce((sum, file) => sum + file.bytes.length, 0)
    expect(bytes).toBeLessThan(news + 50_000)
    expect(await contentsOf(car(given, options))).toEqual(expectedOf([...first, ...second]))
    expect(await errors(given, options)).toEqual([])
  })

  test('is packed as if new where a shard of what is known is gone', async () => {
    const given = new Store(memory())
    await storeFiles(car(given, options), at('st'), { study })
    for (const path of await pathsOf(given, 'shards')) await given.remove(path)
    await storeFiles(car(given, options), at('moved'), { study })
    const store = new Store(car(given, options))
    for (const { path } of at('moved')) expect(await store.prove(path, { all: true })).toBe('held')
  })
})

describe('killed at any step, a study that comes again from elsewhere', { timeout: 240_000 }, () => {
  const first = at('st', files.slice(20))
  const second = at('moved', files.slice(18))

  async function given() {
    const contents = memory()
    await storeFiles(car(new Store(contents), encrypted), first, { study })
    return contents
  }

  test.for([false, true])('leaves nothing unknown, and no shard is sent twice: %s', async (done) => {
    const whole = mortal(await given())
    await storeFiles(car(new Store(whole.driver), encrypted), second, { study })
    for (let after = 0; after < whole.state.mutations; after += 1) {
      const contents = await given()
      const store = new Store(contents)
      const dying = mortal(contents, { after, done })
      let saved: string | undefined
      const save = (state: string) => void (saved = state)
      await storeFiles(car(new Store(dying.driver), encrypted), second, { study, save }).catch(() => {})
      const kinds = async () =>
        (await all(car(store, encrypted).check())).flatMap((one) => (one.type === 'finding' ? one.kind : []))
      expect((await kinds()).filter((kind) => kind !== 'unfinished')).toEqual([])
      const living = mortal(contents)
      await storeFiles(car(new Store(living.driver), encrypted), second, { study, saved })
      expect(await contentsOf(car(store, encrypted))).toEqual(expectedOf([...first, ...second]))
      const sent = [...dying.written, ...living.written].filter((path) => path.startsWith('shards/'))
      expect(new Set(sent).size).toBe(sent.length)
      expect(await kinds()).toEqual([])
    }
  })
})
