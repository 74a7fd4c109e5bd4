import { generateIdentity } from '@gantry/age'
import { bytesOf, collect, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { beforeEach, describe, expect, test } from 'vitest'

import { car } from './index.ts'
import { all, contentsOf, expectedOf, pathsOf, storeFiles, studyFiles } from './testing/parcels.ts'

const ageSecretKey = await generateIdentity()
const options = { ageSecretKey, shardSize: 400_000 }
const files = studyFiles()

let given: Store
let second: Store
const open = () => car(given, options)

beforeEach(async () => {
  given = new Store(memory())
  second = new Store(memory())
  await storeFiles(open(), files)
  for (const path of await pathsOf(given)) {
    const bytes = await collect((await given.read(path)).body)
    await second.write({ path, size: bytes.length }, bytesOf(bytes))
  }
})

async function replace(path: string, change: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const bytes = change(Uint8Array.from(await collect((await given.read(path)).body)))
  await given.write({ path, size: bytes.length }, bytesOf(bytes))
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const at = Math.floor(bit / 8) % bytes.length
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8))
  return bytes
}

async function errors() {
  return (await all(open().check())).filter((result) => result.type === 'finding' && result.severity === 'error')
}

const blobPaths = async () => [...(await pathsOf(given, 'shards')), ...(await pathsOf(given, 'indexes'))]

describe('one bit that is flipped', { timeout: 240_000 }, () => {
  test('in any file of blobs, wherever it is, is found, told with its file, and repaired from a second location', async () => {
    let seed = 17
    for (const path of await blobPaths()) {
      const { size = 0 } = await given.stat(path)
      const bits = [0, 7, 18 * 8, 19 * 8 + 3, size * 8 - 1]
      for (let turn = 0; turn < 6; turn += 1) {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
        bits.push(seed % (size * 8))
      }
      for (const bit of bits) {
        await replace(path, (bytes) => flipped(bytes, bit))
        const found = await errors()
        const name = path.replace(/^\w+\/|\.car$/gu, '')
        expect(found).toContainEqual(expect.objectContaining({ blob: name }))
        const repaired = await all(open().repair([second]))
        expect(repaired).toEqual([{ unit: expect.any(String), blob: name, repaired: true }])
        expect(await errors()).toEqual([])
      }
    }
    expect(await contentsOf(open())).toEqual(expectedOf(files))
  })

  test('is never read: a file is right, or fails', async () => {
    const shards = await pathsOf(given, 'shards')
    for (const path of shards) {
      const good = await collect((await given.read(path)).body)
      for (let turn = 0; turn < 8; turn += 1) {
        await replace(path, () => flipped(Uint8Array.from(good), Math.floor((good.length * 8 * (turn + 0.5)) / 8)))
        const store = new Store(open())
        for (const { path: entry, bytes } of files) {
          const read = await collect((await store.read(entry)).body).catch((error: unknown) => error)
          const right = read instanceof Uint8Array && Buffer.compare(read, bytes) === 0
          expect(right || (read as { code?: string }).code === 'integrity').toBe(true)
        }
      }
      await replace(path, () => Uint8Array.from(good))
    }
  })
})

describe('what is not there', { timeout: 120_000 }, () => {
  test('is told, and repaired from a second location', async () => {
    for (const path of await blobPaths()) {
      await given.remove(path)
      expect(await errors()).toContainEqual(expect.objectContaining({ kind: 'missing' }))
      expect((await all(open().repair([second]))).map(({ repaired }) => repaired)).toEqual([true])
      expect(await errors()).toEqual([])
    }
  })

  test('is cut off, and told', async () => {
    for (const path of await blobPaths()) {
      const good = await collect((await given.read(path)).body)
      await replace(path, (bytes) => bytes.subarray(0, bytes.length - 1))
      expect(await errors()).not.toEqual([])
      await replace(path, () => Uint8Array.from(good))
    }
  })

  test('cannot be repaired where no location has it, and nothing is put in its place', async () => {
    const [path = ''] = await pathsOf(given, 'shards')
    await replace(path, (bytes) => flipped(bytes, 1000))
    await second.remove(path)
    const before = await collect((await given.read(path)).body)
    expect((await all(open().repair([second]))).map(({ repaired }) => repaired)).toEqual([false])
    expect((await all(open().repair([]))).map(({ repaired }) => repaired)).toEqual([false])
    expect(Buffer.compare(await collect((await given.read(path)).body), before)).toBe(0)
  })

  test('of the index is made anew from the shards alone', async () => {
    const [path = ''] = await pathsOf(given, 'indexes')
    await replace(path, (bytes) => flipped(bytes, 777))
    expect((await all(open().repair([]))).map(({ repaired }) => repaired)).toEqual([true])
    expect(await errors()).toEqual([])
  })
})

describe('without its index', { timeout: 120_000 }, () => {
  const lose = {
    missing: async (path: string) => await given.remove(path),
    damaged: async (path: string) => await replace(path, (bytes) => flipped(bytes, 777)),
  }
  for (const [how, break_] of Object.entries(lose)) {
    test(`${how}: a study is read by its shards, and its entries are proved, and said to be kept with what is damaged`, async () => {
      const [path = ''] = await pathsOf(given, 'indexes')
      await break_(path)
      const driver = open()
      expect(await contentsOf(driver)).toEqual(expectedOf(files))
      const store = new Store(driver)
      for (const entry of files) {
        for (const everything of [false, true])
          expect(await store.prove(entry.path, { all: everything })).toBe('damaged')
      }
      // By the same store, which remembers what it saw.
      expect((await all(store.mend([]))).map(({ mended }) => mended)).toEqual([true])
      for (const entry of files) expect(await store.prove(entry.path)).toBe('held')
      expect(await errors()).toEqual([])
    })
  }

  test('that is lost after it was proved: the next proof says so', async () => {
    const store = new Store(open())
    const [{ path } = { path: '' }] = files.slice(-1)
    expect(await store.prove(path)).toBe('held')
    const [index = ''] = await pathsOf(given, 'indexes')
    await given.remove(index)
    expect(await store.prove(path)).toBe('damaged')
  })

  test('and without a shard: what lies in others is read, the rest fails with integrity, whoever asks', async () => {
    const [index = ''] = await pathsOf(given, 'indexes')
    const shards = await pathsOf(given, 'shards')
    await given.remove(index)
    await given.remove(shards[0] ?? '')
    const store = new Store(open())
    const read = async ({ path }: (typeof files)[number]) =>
      await collect((await store.read(path)).body).catch((error: { code?: string }) => error.code)
    const found = await Promise.all(files.map(read))
    expect(found).toContain('integrity')
    expect(
      found.every((one, at) => one === 'integrity' || (one as Uint8Array).length === files[at]?.bytes.length),
    ).toBe(true)
    for (const path of shards.slice(1)) await given.remove(path)
    await expect(contentsOf(open())).rejects.toMatchObject({ code: 'integrity' })
  })
})

test('a shard that is not there is told as damage, and not as an entry that is not there', async () => {
  for (const path of await pathsOf(given, 'shards')) await given.remove(path)
  await expect(contentsOf(open())).rejects.toMatchObject({ code: 'integrity' })
})

test('a blob that nobody names is told', async () => {
  const [path = ''] = await pathsOf(given, 'shards')
  const bytes = await collect((await given.read(path)).body)
  const name = 'shards/bagbaieraaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.car'
  await given.write({ path: name, size: bytes.length }, bytesOf(bytes))
  expect(await all(open().check())).toContainEqual(expect.objectContaining({ kind: 'orphan' }))
})
