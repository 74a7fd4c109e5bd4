import { createHash } from 'node:crypto'

import { generateIdentity, recipientOf } from '@gantry/age'
import { collect, type GantryError, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { beforeEach, describe, expect, test } from 'vitest'

import { car } from './index.ts'
import { all, contentsOf, expectedOf, pathsOf, storeFiles, studyFiles } from './testing/parcels.ts'

const identity = await generateIdentity()
const options = { ageSecretKey: identity, shardSize: 200_000 }
const files = studyFiles()

let given: Store
beforeEach(() => {
  given = new Store(memory())
})

const open = (more = {}) => car(given, { ...options, ...more })

async function textOf(store: Store): Promise<string> {
  const parts: string[] = []
  for (const path of await pathsOf(store)) {
    parts.push(path, Buffer.from(await collect((await store.read(path)).body)).toString('latin1'))
  }
  return parts.join('\n')
}

describe('an archive', () => {
  test('tells of each entry its size, digest, time, and its place below the root', async () => {
    const outcomes = await storeFiles(open(), files)
    const store = new Store(open())
    for (const { path, bytes, modified } of files) {
      const entry = await store.stat(path)
      expect(entry).toMatchObject({ path, size: bytes.length, modified })
      expect(entry.digests).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex') })
      expect(entry.version).toMatch(/^bafybei[a-z2-7]{52}\/[\w-]{22}\/[\w-]{22}\/[\w-]{22}$/u)
      expect(outcomes.find((outcome) => outcome.path === path)).toEqual({ path, entry })
    }
  })

  test('reads ranges of what is longer than a chunk, a leaf and a shard', async () => {
    await storeFiles(open(), files)
    const store = new Store(open())
    const { path, bytes } = files[5] ?? { path: '', bytes: new Uint8Array() }
    for (const [start, end] of [
      [0, 1],
      [65_535, 65_537],
      [500_000, 500_001],
      [1_000_000, 1_048_577],
      [1_048_576, 1_048_577],
      [1_048_577, 1_048_577],
    ] as const) {
      const got = await collect((await store.read(path, { start, end })).body)
      expect(Buffer.compare(got, bytes.subarray(start, end))).toBe(0)
    }
  })

  test('sends nothing when the same study comes again, whatever is known of it', async () => {
    await storeFiles(open(), files)
    const before = await pathsOf(given)
    const outcomes = await storeFiles(open(), files)
    expect(outcomes.every((outcome) => 'entry' in outcome)).toBe(true)
    expect(outcomes).toHaveLength(files.length)
    expect(await pathsOf(given)).toEqual(before)
  })

  test('replaces an entry that changed, and what is left of its unit stays', async () => {
    await storeFiles(open(), files)
    const [first, second] = [files[2], files[3]]
    if (first === undefined || second === undefined) throw new Error('unreachable')
    const changed = { ...first, bytes: first.bytes.map((byte) => byte ^ 1) }
    await storeFiles(open(), [changed, second])
    expect(await contentsOf(open())).toEqual(expectedOf(files.with(2, changed)))
    expect(await pathsOf(given, 'units')).toHaveLength(2)
    // One key a study.
    expect(await pathsOf(given, 'keys')).toHaveLength(1)
    expect(await all(open().check())).toMatchObject([
      { type: 'unit', errors: 0 },
      { type: 'unit', errors: 0 },
    ])
  })

  test('holds no name, UID or byte in clear', async () => {
    const text = await (async () => {
      await storeFiles(open(), files)
      return await textOf(given)
    })()
    for (const secret of [
      'study-1',
      'series-',
      'instance-',
      identity,
      Buffer.from(files[4]?.bytes.subarray(0, 64) ?? []).toString('latin1'),
    ]) {
      expect(text).not.toContain(secret)
    }
  })

  test('is opened by its passphrase alone, and by nothing else', async () => {
    const secret = { ageSecretKey: undefined, passphrase: 'correct horse' }
    const withPassphrase = (passphrase: string) => car(given, { passphrase, shardSize: 200_000 })
    await storeFiles(withPassphrase(secret.passphrase), files)
    expect(await contentsOf(withPassphrase(secret.passphrase))).toEqual(expectedOf(files))
    const wrong = new Store(withPassphrase('wrong'))
    const refused = await wrong.stat('a').catch((error: unknown) => error)
    const message = 'This passphrase does not open the archive.'
    expect(refused).toMatchObject({ code: 'unauthenticated', message })
    // It is stretched once, not for every entry.
    expect(await wrong.stat('b').catch((error: GantryError) => error.cause)).toBe((refused as GantryError).cause)
    await expect(contentsOf(car(given))).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(contentsOf(open())).rejects.toMatchObject({ code: 'unauthenticated' })
  }, 120_000)

  test('is opened by its other recipients', async () => {
    const escrow = await generateIdentity()
    await storeFiles(open({ recipients: [await recipientOf(escrow)] }), files)
    expect(await contentsOf(car(given, { ageSecretKey: escrow }))).toEqual(expectedOf(files))
  })

  test('is encrypted unless plaintext is asked for in so many words, and never changes its kind', async () => {
    await expect(storeFiles(car(given), files)).rejects.toMatchObject({ code: 'invalid' })
    expect(await pathsOf(given)).toEqual([])
    await storeFiles(car(given, { public: true }), files)
    expect(await contentsOf(car(given))).toEqual(expectedOf(files))
    await expect(storeFiles(open(), files)).rejects.toMatchObject({ code: 'invalid' })
    await expect(storeFiles(car(given), files)).rejects.toMatchObject({ code: 'invalid' })
    given = new Store(memory())
    await storeFiles(open(), files)
    await expect(storeFiles(car(given, { public: true }), files)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('shares shards between units, and removes what no unit needs', async () => {
    const plain = () => car(given, { public: true, shardSize: 200_000 })
    const twin = files.map((file) => ({ ...file, path: file.path.replace('study-1', 'study-2') }))
    await storeFiles(plain(), files)
    const alone = await pathsOf(given, 'shards')
    await storeFiles(plain(), twin)
    // Its last shard, with the folders, is its own.
    expect((await pathsOf(given, 'shards')).length).toBeLessThan(2 * alone.length)
    const store = new Store(plain())
    for (const { path } of files) await store.remove(path)
    expect(await contentsOf(plain())).toEqual(expectedOf(twin))
    expect(await all(plain().check())).toMatchObject([{ type: 'unit', errors: 0 }])
    for (const { path } of twin) await store.remove(path)
    expect(await pathsOf(given)).toEqual(['archive.json'])
  })

  test('destroys the key of a study with its last entry', async () => {
    await storeFiles(open(), files)
    const store = new Store(open())
    for (const { path } of files) await store.remove(path)
    expect(await pathsOf(given)).toEqual(['archive.json', expect.stringMatching(/^keys\//u)])
    await storeFiles(open(), files)
    expect(await contentsOf(open())).toEqual(expectedOf(files))
  })
})

describe('shredding', () => {
  const other = studyFiles('study-2', 2)

  test('closes a study for ever, in stores that are open as well, and no other', async () => {
    await storeFiles(open(), files)
    await storeFiles(open(), other)
    const reading = open()
    expect((await contentsOf(reading)).size).toBe(12)
    const shredded = await open().shred('study-1')
    expect(shredded).toMatchObject({ keys: 1, units: 1, entries: 6 })
    expect(shredded.remaining).toBeGreaterThan(1_000_000)
    for (const driver of [reading, open()]) expect(await contentsOf(driver)).toEqual(expectedOf(other))
    const results = await all(open().check())
    expect(results).toHaveLength(2)
    expect(results.filter((result) => result.type === 'unit' && result.destroyed)).toHaveLength(1)
    expect(await textOf(given)).toContain('"destroyed":')
    // It can come again, under another key.
    await storeFiles(open(), files)
    expect(await contentsOf(open())).toEqual(expectedOf([...files, ...other]))
  })

  test('refuses a part of a study, what is not there, and plaintext', async () => {
    await storeFiles(open(), files)
    await expect(open().shred('study-1/series-0')).rejects.toMatchObject({ code: 'invalid' })
    await expect(open().shred('study')).rejects.toMatchObject({ code: 'not_found' })
    given = new Store(memory())
    await storeFiles(car(given, { public: true }), files)
    await expect(car(given).shred('study-1')).rejects.toMatchObject({ code: 'unsupported' })
  })
})
