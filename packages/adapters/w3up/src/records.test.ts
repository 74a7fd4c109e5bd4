import { generateIdentity } from '@gantry/age'
import { bytesOf, collect, type GantryError, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { createJobSpec, memoryJournal, openJob } from '@gantry/transfer'
import { beforeEach, describe, expect, test } from 'vitest'

import { car } from './index.ts'
import { all, contentsOf, expectedOf, pathsOf, storeFiles, studyFiles, type TestFile } from './testing/parcels.ts'

const ageSecretKey = await generateIdentity()
const options = { ageSecretKey, shardSize: 400_000 }
const one = studyFiles('study-1', 1)
const other = studyFiles('study-2', 2)

let given: Store
const open = () => car(given, options)

beforeEach(async () => {
  given = new Store(memory())
  await storeFiles(open(), one)
  await storeFiles(open(), other)
})

async function bytesAt(path: string): Promise<Uint8Array> {
  return Uint8Array.from(await collect((await given.read(path)).body))
}

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await given.write({ path, size: bytes.length }, bytesOf(bytes))
}

/** One byte of a file made another, as `dd` would. */
async function spoil(path: string, at = 1): Promise<void> {
  await put(path, (await bytesAt(path)).with(at, 0x78))
}

/** Paths that are listed, and names of what is told besides. */
async function listed(prefix = '') {
  const told: string[] = []
  const paths: string[] = []
  const onRefused = (name: string, why: GantryError) => void told.push(`${name} ${why.code}`)
  for await (const { path } of new Store(open()).list({ prefix }, { onRefused })) paths.push(path)
  return { paths: paths.toSorted(), told }
}

const pathsOfFiles = (files: readonly TestFile[]) => files.map(({ path }) => path).toSorted()

/** The study that can still be read, where a file of the other one cannot. */
async function left(): Promise<readonly TestFile[]> {
  const { paths } = await listed()
  return paths[0]?.startsWith('study-1') ? one : other
}

describe.each(['units', 'keys'])('a damaged file of %s', (folder) => {
  test('is told by its name, and takes nothing with it but its own study', async () => {
    const [path = ''] = await pathsOf(given, folder)
    await spoil(path)
    const rest = await left()
    expect(await listed()).toEqual({ paths: pathsOfFiles(rest), told: [`./${path} integrity`] })
    // Whatever is selected: nobody knows what it held.
    expect(await listed('study-1/series-0')).toMatchObject({ told: [`./${path} integrity`] })
    await expect(all(new Store(open()).list())).rejects.toMatchObject({ code: 'integrity', path })
    const store = new Store(open())
    for (const { path: entry, bytes } of rest) {
      expect(Buffer.compare(await collect((await store.read(entry)).body), bytes)).toBe(0)
    }
    const [gone] = rest === one ? other : one
    await expect(store.read(gone?.path ?? '')).rejects.toMatchObject({
      code: 'integrity',
      retryable: false,
      message: expect.stringContaining(path) as string,
    })
    await expect(store.stat(gone?.path ?? '')).rejects.toMatchObject({ code: 'integrity' })
  })

  test('is found by a check, and kept apart by a repair, which look after all else', async () => {
    const [path = ''] = await pathsOf(given, folder)
    await spoil(path)
    const found = await all(open().check())
    const finding = { type: 'finding', kind: 'record', severity: 'error', file: path }
    expect(found).toContainEqual(expect.objectContaining(finding))
    expect(found.filter((result) => result.type === 'unit' && result.errors === 0)).toHaveLength(1)
    expect(found.some((result) => result.type === 'unit' && result.destroyed)).toBe(false)
    const [index = ''] = await pathsOf(given, 'indexes')
    await spoil(index, 100)
    const told = await all(open().repair([]))
    expect(told).toContainEqual(expect.objectContaining({ blob: path, repaired: false }))
  })

  test('fails a copy as one entry, and the others are copied', async () => {
    const [path = ''] = await pathsOf(given, folder)
    await spoil(path)
    const out = new Store(memory())
    const journal = memoryJournal(createJobSpec({ from: 'car:x', to: 'memory:y' }))
    const result = await (await openJob({ from: new Store(open()), to: out, journal })).run()
    expect(await pathsOf(out)).toEqual(pathsOfFiles(await left()))
    expect(result.progress).toMatchObject({ done: { entries: 6 }, failed: { entries: 1 } })
    const failures = await all(journal.failures())
    expect(failures).toMatchObject([{ path: `./${path}`, code: 'integrity' }])
  })

  test('is no obstacle to archiving its study again, nor to removing the other, whose blobs stay', async () => {
    const [path = ''] = await pathsOf(given, folder)
    const good = await bytesAt(path)
    await spoil(path)
    const rest = await left()
    const gone = rest === one ? other : one
    await storeFiles(open(), gone)
    const store = new Store(open())
    for (const { path: entry, bytes } of gone) {
      expect(Buffer.compare(await collect((await store.read(entry)).body), bytes)).toBe(0)
    }
    for (const { path: entry } of rest) await store.remove(entry)
    await expect(store.remove('study-3/never')).rejects.toMatchObject({ code: 'integrity' })
    expect(await listed()).toEqual({ paths: pathsOfFiles(gone), told: [`./${path} integrity`] })
    // From a backup.
    await put(path, good)
    for (const result of await all(open().check())) {
      if (result.type === 'finding' && result.kind === 'unfinished') await open().discardUnit(result.unit ?? '')
    }
    expect(await all(open().check())).toSatisfy((results: { type: string }[]) =>
      results.every(({ type }) => type === 'unit'),
    )
    expect(await contentsOf(open())).toEqual(expectedOf(gone))
  })
})

test('a byte that is changed anywhere in a small file is told, or changes nothing that is read', async () => {
  const expected = expectedOf([...one, ...other])
  const isRight = async (entry: string) => {
    const read = await collect((await new Store(open()).read(entry)).body).catch((error: GantryError) => error.code)
    if (typeof read === 'string') return ['integrity', 'not_found'].includes(read)
    return Buffer.compare(read, expected.get(entry) ?? Buffer.alloc(0)) === 0
  }
  for (const path of [...(await pathsOf(given, 'units')), ...(await pathsOf(given, 'keys'))]) {
    const good = await bytesAt(path)
    for (let at = 0; at < good.length; at += 151) {
      await spoil(path, at)
      const { paths, told } = await listed()
      const isTold = told.length === 1 && paths.length === 6
      expect(isTold || paths.length === 12).toBe(true)
      const checked = await all(open().check())
      const errors = checked.some((result) => result.type === 'finding' && result.severity === 'error')
      expect(errors || !isTold).toBe(true)
      const wrong: string[] = []
      if (at % 2 === 0) for (const entry of paths) if (!(await isRight(entry))) wrong.push(entry)
      expect(wrong).toEqual([])
      await put(path, good)
    }
  }
}, 120_000)

describe('a key that is not there', () => {
  test('was not destroyed: it is told by its name, and no check passes over it', async () => {
    const [path = ''] = await pathsOf(given, 'keys')
    await given.remove(path)
    expect(await listed()).toEqual({ paths: pathsOfFiles(await left()), told: [`./${path} integrity`] })
    const found = await all(open().check())
    const finding = { kind: 'missing', severity: 'error', file: path, message: expect.stringContaining(path) as string }
    expect(found).toContainEqual(expect.objectContaining(finding))
    expect(found).toContainEqual(expect.objectContaining({ type: 'unit', destroyed: false, errors: 1 }))
  })

  test('is missed by an archive that is open, and taken up again when it is back', async () => {
    const driver = open()
    const store = new Store(driver)
    const [path = ''] = await pathsOf(given, 'keys')
    expect(await all(store.list())).toHaveLength(12)
    const key = await bytesAt(path)
    await given.remove(path)
    const read = (files: readonly TestFile[]) => store.read(files[1]?.path ?? '')
    const failed = (await Promise.allSettled([read(one), read(other)])).filter(({ status }) => status === 'rejected')
    expect(failed).toMatchObject([{ reason: { code: 'integrity' } }])
    await put(path, key)
    expect(await all(store.list())).toHaveLength(12)
  })

  test('is something else than one that was destroyed, which leaves its marker', async () => {
    await open().shred('study-1')
    expect(await listed()).toEqual({ paths: pathsOfFiles(other), told: [] })
    expect(await all(open().check())).toContainEqual(expect.objectContaining({ destroyed: true, errors: 0 }))
  })
})

describe('a damaged journal', () => {
  const path = 'journal/begun.json'

  test('is found by a check', async () => {
    await put(path, new TextEncoder().encode('{"form'))
    expect(await all(open().check())).toContainEqual(expect.objectContaining({ kind: 'record', file: path }))
  })

  test('does not keep entries from being removed: blobs that it may name stay until it is away', async () => {
    await put(path, new TextEncoder().encode('{"form'))
    const blobs = await pathsOf(given, 'shards')
    const store = new Store(open())
    for (const { path: entry } of one) await store.remove(entry)
    expect((await listed()).paths).toEqual(pathsOfFiles(other))
    expect(await pathsOf(given, 'shards')).toEqual(blobs)
    const begun = async () =>
      (await all(open().check())).flatMap((result) =>
        result.type === 'finding' && result.kind === 'unfinished' ? (result.unit ?? '') : [],
      )
    const [unit = ''] = await begun()
    await expect(open().discardUnit(unit)).rejects.toMatchObject({ code: 'integrity', path })
    await given.remove(path)
    await open().discardUnit(unit)
    expect((await all(open().check())).map(({ type }) => type)).toEqual(['unit'])
    expect(await pathsOf(given, 'keys')).toHaveLength(1)
    expect(await contentsOf(open())).toEqual(expectedOf(other))
  })
})
