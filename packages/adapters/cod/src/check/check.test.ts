import { gunzipSync, gzipSync } from 'node:zlib'

import { collect, Store } from '@gantry/core'
import { phantom } from '@gantry/testkit/phantom'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { type CheckResult, cod, type CodProblem, checkCod, repairCod } from '../index.ts'
import { parseEntryPath, pathsOf } from '../series/series-name.ts'
import { headersSize, paxHeader } from '../tar/pax-header.ts'
import { fixtureStore, noFixtures, put, twoHours, ultrasound } from '../testing/fixtures.ts'
import { type ImageFile, imageFile, storeAll } from '../testing/store-all.ts'

async function contentOf(store: Store, path: string): Promise<Buffer> {
  return Buffer.from(await collect((await store.read(path)).body))
}

interface Document {
  custom?: string
  cod: { instances: Record<string, { crc32c: string; size: number; headers: { start_byte: number }; extra?: string }> }
}

async function documentOf(store: Store, name: typeof ultrasound): Promise<Document> {
  return JSON.parse(gunzipSync(await contentOf(store, pathsOf(name).metadata)).toString()) as Document
}

async function storedSeries() {
  const given = new Store(memory())
  const files: ImageFile[] = []
  for await (const { bytes } of phantom({ size: 32, slices: 5 })) files.push(await imageFile(bytes))
  await storeAll(cod(given), files)
  const { name } = parseEntryPath(files[0]?.path ?? '') ?? { name: ultrasound }
  const keys = files.map(({ path }) => parseEntryPath(path)?.key ?? '')
  return { given, files, name, keys, paths: pathsOf(name) }
}

/** As the Python writer leaves a series to which it could add no instance. */
async function emptied() {
  const stored = await storedSeries()
  const { given, name, paths } = stored
  const document = await documentOf(given, name)
  document.custom = 'kept'
  document.cod.instances = {}
  await put(given, paths.metadata, gzipSync(JSON.stringify(document)))
  await given.remove(paths.tar)
  await given.remove(paths.index)
  return stored
}

async function check(store: Store): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for await (const result of checkCod(store)) results.push(result)
  return results
}

async function problemsOf(store: Store): Promise<string[]> {
  const results = await check(store)
  return results.filter((result): result is CodProblem => result.type === 'problem').map(({ kind }) => kind)
}

describe('check', () => {
  test('finds nothing wrong with what is written here', async () => {
    const { given, name } = await storedSeries()
    expect(await check(given)).toMatchObject([{ type: 'series', ...name, instances: 5, errors: 0, warnings: 0 }])
  })

  test.skipIf(noFixtures).for(['v1.0', 'v2.0'] as const)('nor with what Python wrote, %s', async (version) => {
    const results = await check((await fixtureStore(version)).store)
    expect(results.map((result) => result.type)).toEqual(['series', 'series'])
  })

  test('finds bytes that have rotted, and names the instance', async () => {
    const { given, paths, keys } = await storedSeries()
    const tar = await contentOf(given, paths.tar)
    tar[headersSize + 700] = (tar[headersSize + 700] ?? 0) ^ 1
    await put(given, paths.tar, tar)
    expect(await check(given)).toMatchObject([
      { type: 'problem', kind: 'wrong-bytes', key: keys[0], severity: 'error' },
      { type: 'series', errors: 1 },
    ])
  })

  test('finds a tar that is cut off, or no tar', async () => {
    const { given, paths } = await storedSeries()
    const tar = await contentOf(given, paths.tar)
    await put(given, paths.tar, tar.subarray(0, 7000))
    expect(await problemsOf(given)).toEqual(['damaged-tar', ...Array.from({ length: 4 }, () => 'missing-bytes')])
    await put(given, paths.tar, Buffer.alloc(3000, 'x'))
    expect(await problemsOf(given)).toContain('damaged-tar')
    await given.remove(paths.tar)
    expect(await problemsOf(given)).toEqual(['no-tar'])
  })

  test('finds files that the metadata do not know, locks and missing indexes', async () => {
    const { given, paths, keys } = await storedSeries()
    const document = await documentOf(given, parseEntryPath(`${paths.folder}/instances/x.dcm`)?.name ?? ultrasound)
    delete document.cod.instances[keys[2] ?? '']
    await put(given, paths.metadata, gzipSync(JSON.stringify(document)))
    await put(given, paths.lock, Buffer.from('a lock'))
    await given.remove(paths.index)
    const results = await check(given)
    expect(results).toMatchObject([
      { kind: 'locked', severity: 'warning' },
      { kind: 'unknown-file', severity: 'warning', key: keys[2] },
      { kind: 'no-index', severity: 'error' },
      { type: 'series', errors: 1, warnings: 2, instances: 4 },
    ])
  })

  test('tells a writer that died from one that is at work', async () => {
    const { given, paths } = await storedSeries()
    await given.remove(paths.metadata)
    await put(given, paths.lock, Buffer.from('a lock'))
    expect(await check(given)).toMatchObject([{ kind: 'being-written', severity: 'warning' }, { errors: 0 }])
    await put(given, paths.lock, Buffer.from('a lock'), Date.now() - twoHours)
    expect(await check(given)).toMatchObject([{ kind: 'abandoned', severity: 'error' }, { errors: 1 }])
  })

  test('finds nothing wrong with a series of no instances, and no tar', async () => {
    const { given, paths } = await emptied()
    expect(await check(given)).toMatchObject([{ type: 'series', instances: 0, errors: 0, warnings: 0 }])
    expect((await check(given))[0]).toMatchObject({ series: paths.folder.split('/').at(-1) })
  })

  test('goes on after a series that cannot be read', async () => {
    const { given, paths } = await storedSeries()
    await put(given, 'studies/1.2.3.4.5.6/series/1.2.3.4.5.6.7/metadata.json', Buffer.from('{"cod":'))
    await put(given, 'studies/1.2.3.4.5.6/series/1.2.3.4.5.6.7.tar', Buffer.alloc(1024))
    expect(await problemsOf(given)).toEqual(['damaged-metadata', 'no-index'])
    expect((await check(given)).at(-1)).toMatchObject({ errors: 0, series: paths.folder.split('/').at(-1) })
  })
})

describe('repair', () => {
  test('makes metadata and index from the tar', async () => {
    const { given, files, name, paths } = await storedSeries()
    await given.remove(paths.metadata)
    await given.remove(paths.index)
    expect(await repairCod(given, name)).toMatchObject({ instances: 5, lost: [], passedOver: 0 })
    expect(await check(given)).toMatchObject([{ type: 'series', instances: 5, errors: 0 }])
    const store = new Store(cod(given))
    for (const { path, bytes } of files) expect((await contentOf(store, path)).equals(bytes)).toBe(true)
    expect(await given.find(paths.lock)).toBeUndefined()
  })

  test('keeps what is right, and what is none of ours', async () => {
    const { given, name, paths, keys } = await storedSeries()
    const document = await documentOf(given, name)
    document.custom = 'kept'
    const [first = '', second = '', third = ''] = keys
    Object.assign(document.cod.instances[first] ?? {}, { extra: 'kept too' })
    Object.assign(document.cod.instances[second]?.headers ?? {}, { start_byte: 7 })
    delete document.cod.instances[third]
    await put(given, paths.metadata, gzipSync(JSON.stringify(document)))
    const { written } = await repairCod(given, name)
    expect(written.toSorted()).toEqual([second, third].toSorted())
    const mended = await documentOf(given, name)
    expect(mended.custom).toBe('kept')
    expect(mended.cod.instances[first]?.extra).toBe('kept too')
    expect(await problemsOf(given)).toEqual([])
  })

  test('does not record damaged bytes as if they were right, unless it is told to', async () => {
    const { given, name, paths, keys } = await storedSeries()
    const tar = await contentOf(given, paths.tar)
    tar[headersSize + 2000] = (tar[headersSize + 2000] ?? 0) ^ 1
    await put(given, paths.tar, tar)
    const before = await contentOf(given, paths.metadata)
    await expect(repairCod(given, name)).rejects.toMatchObject({ code: 'integrity' })
    expect(await contentOf(given, paths.metadata)).toEqual(before)
    expect(await given.find(paths.lock)).toBeUndefined()
    expect(await repairCod(given, name, { force: true })).toMatchObject({ lost: [keys[0]] })
    expect(await problemsOf(given)).toEqual([])
  })

  test('files that are no images are passed over, and stay', async () => {
    const { given, name, paths } = await storedSeries()
    const tar = await contentOf(given, paths.tar)
    const foreign = Buffer.concat([
      paxHeader({ name: 'instances/note.dcm', size: 5, mtime: 0 }),
      Buffer.alloc(512, 'note'),
    ])
    await put(given, paths.tar, Buffer.concat([foreign, tar]))
    const { written, passedOver, lost } = await repairCod(given, name)
    expect([written.length, passedOver, lost]).toEqual([5, 1, []])
    expect(await problemsOf(given)).toEqual(['unknown-file'])
  })

  test('has nothing to do where there are no instances, and no tar; a writer begins it', async () => {
    const { given, name, files } = await emptied()
    expect(await repairCod(given, name)).toMatchObject({ instances: 0, lost: [] })
    await storeAll(cod(given), files)
    expect(await check(given)).toMatchObject([{ type: 'series', instances: 5, errors: 0, warnings: 0 }])
    expect((await documentOf(given, name)).custom).toBe('kept')
  })

  test('says that all is lost with the tar; then instances can be added again', async () => {
    const { given, name, files, keys, paths } = await storedSeries()
    await given.remove(paths.tar)
    const before = await contentOf(given, paths.metadata)
    await expect(repairCod(given, name)).rejects.toMatchObject({
      code: 'integrity',
      message: expect.stringMatching(/all 5 recorded instances are lost/u),
    })
    expect(await contentOf(given, paths.metadata)).toEqual(before)
    const { lost, ...repaired } = await repairCod(given, name, { force: true })
    expect(repaired).toMatchObject({ instances: 0, written: [] })
    expect(lost.toSorted()).toEqual(keys.toSorted())
    expect(await check(given)).toMatchObject([{ type: 'series', instances: 0, errors: 0 }])
    await storeAll(cod(given), files)
    expect(await problemsOf(given)).toEqual([])
  })

  test('makes nothing of metadata that are damaged without a tar, unless it is told to', async () => {
    const { given, name, paths } = await storedSeries()
    await given.remove(paths.tar)
    await put(given, paths.metadata, Buffer.from('{"cod":'))
    await expect(repairCod(given, name)).rejects.toMatchObject({ code: 'integrity' })
    expect(await repairCod(given, name, { force: true })).toMatchObject({ instances: 0 })
    expect(await problemsOf(given)).toEqual([])
    await given.remove(paths.metadata)
    await expect(repairCod(given, name, { force: true })).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringMatching(/neither a tar nor metadata/u),
    })
  })

  test('says that a tar which is cut off stays so', async () => {
    const { given, name, paths, keys } = await storedSeries()
    const tar = await contentOf(given, paths.tar)
    await put(given, paths.tar, tar.subarray(0, tar.length - 7000))
    const { damaged, lost } = await repairCod(given, name, { force: true })
    expect([damaged, lost]).toEqual([true, [keys.at(-1)]])
    expect(await problemsOf(given)).toEqual(['damaged-tar'])
  })

  test("breaks another's lock only when it is told to", async () => {
    const { given, name, paths } = await storedSeries()
    await put(given, paths.lock, gzipSync('{"cod":{"instances":{}}}'))
    await expect(repairCod(given, name)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await repairCod(given, name, { breakLock: true })).toMatchObject({ instances: 5, written: [] })
    expect(await given.find(paths.lock)).toBeUndefined()
  })
})
