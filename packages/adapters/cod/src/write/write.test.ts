import { gunzipSync, gzipSync } from 'node:zlib'

import { Store, type StoreDriver, toCall } from '@gantry/core'
import { memory } from '@gantry/memory'
import { describe, expect, test } from 'vitest'

import { cod } from '../index.ts'
import { pathsOf } from '../series/series-name.ts'
import { put } from '../testing/fixtures.ts'
import { hashed, hashUid } from '../testing/hashed.ts'
import { type ImageFile, storeAll } from '../testing/store-all.ts'
import { contentOf, expectStored, metadataOf, nameOf, open, pathsIn, series } from '../testing/stored.ts'

test.for(['1.0', '2.0'] as const)('a series is stored, in metadata of version %s', async (metadataVersion) => {
  const { driver, given } = open({ metadataVersion })
  const files = await series()
  const outcomes = await storeAll(driver, files)
  expect(outcomes.map((outcome) => 'entry' in outcome && outcome.entry.size)).toEqual(
    files.map(({ bytes }) => bytes.length),
  )
  await expectStored(driver, files)
  const name = nameOf(files)
  const { tar, index, metadata } = pathsOf(name)
  expect(await pathsIn(given.store)).toEqual([tar, index, metadata].toSorted())
  const { cod: inner, ...uids } = await metadataOf(given.store, name)
  expect(uids).toEqual({ study_uid: name.study, series_uid: name.series })
  const [key = '', record = {}] = Object.entries(inner.instances)[0] ?? []
  expect(record).toMatchObject({
    uri: `gs://bucket/v1.0/dicomweb/${tar}://instances/${key}.dcm`,
    headers: { start_byte: 1536, end_byte: 1536 + (files[0]?.bytes.length ?? 0) },
    offset_tables: {},
    version: metadataVersion,
    dependencies: [],
    diff_hash_dupe_paths: [],
  })
  expect(record['modified_datetime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/u)
  expect((await given.store.stat(tar)).size ?? 0).toSatisfy((size: number) => size % 10_240 === 0)
})

test('tar, index and metadata come in this order, and the lock frames them', async () => {
  const { driver, given } = open()
  const order: string[] = []
  const { resumable } = given.driver
  const write = given.driver.write?.bind(given.driver)
  given.driver.write = async (entry, body, call) => {
    const written = await write?.(entry, body, call)
    order.push(entry.path.split('/').at(-1) ?? '')
    return written as never
  }
  const complete = resumable?.complete.bind(resumable)
  if (resumable !== undefined)
    resumable.complete = async (...given_) => {
      order.push('tar')
      return await (complete as NonNullable<typeof complete>)(...given_)
    }
  await storeAll(driver, await series())
  expect(order).toEqual(['.gradient.lock', 'tar', 'index.sqlite', 'metadata.json'])
})

test('a tar that is cut off takes nothing more: said once and for all, with what helps', async () => {
  const { driver, given } = open()
  const files = await series()
  await storeAll(driver, files.slice(0, 3))
  const { tar } = pathsOf(nameOf(files))
  const whole = await contentOf(given.store, tar)
  await put(given.store, tar, whole.subarray(0, whole.length - 7000))
  await expect(storeAll(driver, files.slice(3))).rejects.toMatchObject({
    code: 'integrity',
    retryable: false,
    message: expect.stringMatching(/cut off.*gantry cod repair/u),
  })
})

test('a series is added to: what is there stays as it is', async () => {
  const { driver, given } = open()
  const files = await series({ slices: 8 })
  const name = nameOf(files)
  await storeAll(driver, files.slice(0, 5))
  const { metadata, tar, folder } = pathsOf(name)
  const before = await metadataOf(given.store, name)
  const [key = ''] = Object.keys(before.cod.instances)
  const text = JSON.stringify({ ...before, thumbnail: { version: '1.0', scale: 1 }, cod: { ...before.cod, more: [1] } })
  // As others write: numbers that are floats, and integers that JavaScript cannot hold.
  const edited = text
    .replace('"scale":1', '"scale":1.0,"id":12345678901234567890')
    .replace('"dependencies":[]', '"dependencies":["gs://a/b"],"extra":2.50')
  await put(given.store, metadata, gzipSync(edited))
  await put(given.store, `${folder}/thumbnail.mp4`, Buffer.from('a film'))
  const tarBefore = await contentOf(given.store, tar)

  await storeAll(driver, files.slice(5))
  await expectStored(driver, files)
  const after = await contentOf(given.store, tar)
  const end = 5 * (1536 + Math.ceil((files[0]?.bytes.length ?? 0) / 512) * 512)
  expect(after.subarray(0, end).equals(tarBefore.subarray(0, end))).toBe(true)
  const raw = gunzipSync(await contentOf(given.store, metadata)).toString()
  expect(raw).toContain('"thumbnail":{"version":"1.0","scale":1.0,"id":12345678901234567890}')
  expect(raw).toContain('"dependencies":["gs://a/b"],"extra":2.50')
  expect(raw).toContain('"more":[1]')
  expect(Object.keys((await metadataOf(given.store, name)).cod.instances)[0]).toBe(key)
  expect((await contentOf(given.store, `${folder}/thumbnail.mp4`)).toString()).toBe('a film')
})

describe('instances that are there', () => {
  test('with the same bytes are done, without a new tar', async () => {
    const { driver, given } = open()
    const files = await series()
    await storeAll(driver, files)
    const { version } = await given.store.stat(pathsOf(nameOf(files)).tar)
    const outcomes = await storeAll(driver, files)
    expect(outcomes.every((outcome) => 'entry' in outcome)).toBe(true)
    expect((await given.store.stat(pathsOf(nameOf(files)).tar)).version).toBe(version)
    expect(await given.store.find(pathsOf(nameOf(files)).lock)).toBeUndefined()
  })

  test('with other bytes are kept, and told; the others are stored', async () => {
    const { driver, given } = open()
    const files = await series()
    await storeAll(driver, files.slice(0, 3))
    const changed = Uint8Array.from(files[1]?.bytes ?? [])
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    const path = files[1]?.path ?? ''
    const outcomes = await storeAll(driver, [{ path, bytes: changed }, ...files.slice(3)])
    expect(outcomes.filter((outcome) => 'error' in outcome)).toMatchObject([
      { path, error: { code: 'already_exists' } },
    ])
    await expectStored(driver, files)
    const { instances } = (await metadataOf(given.store, nameOf(files))).cod
    expect(Object.values(instances).every(({ diff_hash_dupe_paths: paths = [] }) => (paths as []).length === 0)).toBe(
      true,
    )
  })
})

describe('what does not belong', () => {
  test('is told, each alone', async () => {
    const { driver } = open()
    const files = await series()
    const other = await series({ seed: 7, slices: 1 })
    const bare = (files[1]?.bytes ?? new Uint8Array(0)).subarray(132)
    const outcomes = await storeAll(driver, [
      files[0] as ImageFile,
      { path: files[1]?.path ?? '', bytes: bare },
      { path: files[2]?.path ?? '', bytes: other[0]?.bytes ?? bare },
      { path: files[3]?.path ?? '', bytes: Buffer.from('no image') },
    ])
    expect(
      outcomes.map((outcome) => ('error' in outcome ? (outcome.error as { code: string }).code : 'stored')).toSorted(),
    ).toEqual(['invalid', 'invalid', 'invalid', 'stored'])
    await expectStored(driver, files.slice(0, 1))
  })

  test('a layout without UIDs is refused', async () => {
    const { driver } = open()
    await expect(storeAll(driver, [{ path: 'a/b.dcm', bytes: new Uint8Array(1) }])).rejects.toMatchObject({
      code: 'invalid',
    })
  })
})

test('a preamble that is not of zeros is kept, and the image is found', async () => {
  const { driver, given } = open()
  const [file] = await series({ slices: 1 })
  const bytes = Uint8Array.from(file?.bytes ?? [])
  bytes.set(Buffer.from('II*\0 a TIFF as well'), 0)
  const files = [{ path: file?.path ?? '', bytes }]
  await storeAll(driver, files)
  await expectStored(driver, files)
  const [record] = Object.values((await metadataOf(given.store, nameOf(files))).cod.instances)
  expect(record).toMatchObject({ headers: { start_byte: 1536 } })
})

test('lengths that nobody knows are learnt', async () => {
  const { driver } = open()
  const files = await series()
  await storeAll(driver, files, { withoutSizes: true })
  await expectStored(driver, files)
})

test('a store that takes no parts is written in one piece', async () => {
  const given = memory()
  const { resumable: _, ...abilities } = given.abilities
  const whole: StoreDriver = {
    contract: 1,
    scheme: 'whole',
    abilities,
    list: given.list.bind(given),
    stat: given.stat.bind(given),
    read: given.read.bind(given),
    write: async (...args) => await (given.write as NonNullable<typeof given.write>)(...args),
    remove: async (...args) => await given.remove?.(...args),
    codeOf: () => undefined,
  }
  const files = await series()
  const driver = cod(new Store(whole))
  await storeAll(driver, files.slice(0, 3))
  await storeAll(driver, files.slice(3))
  await expectStored(driver, files)
})

test('each record has its own time, and what others changed is seen at once', async () => {
  let now = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
  const { driver, given, store } = open({ now: () => now })
  const files = await series()
  await storeAll(driver, files.slice(0, 3))
  expect(await pathsIn(store)).toHaveLength(3)
  now += 60_000
  // By another process: what was read of the metadata before is not used any more.
  await storeAll(cod(given.store, { now: () => now }), files.slice(3))
  const { modified } = await store.stat(files[5]?.path ?? '')
  expect(modified).toBe(now)
  expect((await store.stat(files[0]?.path ?? '')).modified).toBe(now - 60_000)
  const { instances } = (await metadataOf(given.store, nameOf(files))).cod
  const times = new Set(Object.values(instances).map(({ modified_datetime: time }) => time as unknown))
  expect(times).toEqual(new Set(['2026-01-02T03:04:05.678000', '2026-01-02T03:05:05.678000']))
})

test('a hashed store is added to by whoever knows how its names were made', async () => {
  const named = (uid: string) => `hashed-${uid.slice(-12)}`
  const { driver, given, store } = open({ hashUid: named })
  const plain = await series()
  const files = plain.map(({ path, bytes }) => ({ path: path.replaceAll(/\d[\d.]+\d(?=[/.])/gu, named), bytes }))
  await storeAll(driver, files.slice(0, 3))
  await storeAll(driver, files.slice(3))
  await expectStored(driver, files)
  const name = nameOf(files)
  expect(await metadataOf(given.store, name)).toMatchObject({
    deid_study_uid: name.study,
    deid_series_uid: name.series,
  })
  const { image } = await store.stat(files[0]?.path ?? '')
  expect(image?.studyInstanceUID).toMatch(/^2\.25\./u)
  const found: string[] = []
  for await (const { path } of driver.list({ studies: [image?.studyInstanceUID ?? ''] }, toCall())) found.push(path)
  expect(found).toHaveLength(6)
  await expect(storeAll(cod(given.store), files)).rejects.toMatchObject({ code: 'unsupported' })
})

test('a new series is not put by its true UIDs into a store whose names are hashed, which is asked for once', async () => {
  const { driver, given } = open({ hashUid })
  const files = await series({ series: 3 })
  const names = [...new Set(files.map((file) => nameOf([file]).series))]
  const [first = [], second = [], third = []] = names.map((one) =>
    files.filter((file) => nameOf([file]).series === one),
  )
  await storeAll(driver, hashed(first))
  const before = await pathsIn(given.store)
  const plain = cod(given.store)
  await expect(storeAll(plain, second)).rejects.toMatchObject({ code: 'unsupported' })
  given.reset()
  await expect(storeAll(plain, third)).rejects.toMatchObject({ code: 'unsupported' })
  expect(given.calls).not.toContain('list')
  expect(await pathsIn(given.store)).toEqual(before)
  await storeAll(driver, hashed(second))
})

test('metadata and lock say that they are compressed, to programs that do not look', async () => {
  const encodings: Record<string, string | undefined> = {}
  const driver = memory()
  const write = async (...given: Parameters<NonNullable<StoreDriver['write']>>) => {
    const [{ path, contentEncoding }] = given
    encodings[path.slice(path.lastIndexOf('/') + 1)] = contentEncoding
    return await driver.write?.(...given)
  }
  const methods = ['list', 'stat', 'read', 'remove', 'codeOf'] as const
  const own = methods.map((name) => [name, (driver[name] as (...given: unknown[]) => unknown).bind(driver)])
  const given = new Store(Object.assign(Object.create(driver) as StoreDriver, Object.fromEntries(own), { write }))
  await storeAll(cod(given), await series())
  expect(encodings).toMatchObject({ 'metadata.json': 'gzip', '.gradient.lock': 'gzip' })
})

test('metadata can be left uncompressed, for readers that trust what they are served', async () => {
  const { driver, given } = open({ gzipMetadata: false })
  const files = await series()
  let lock = ''
  const before = async (index: number) => {
    if (index === 1) lock = (await contentOf(given.store, pathsOf(nameOf(files)).lock)).toString()
  }
  await storeAll(driver, files.slice(0, 3), { before })
  expect(JSON.parse(lock)).toMatchObject({ cod: { instances: {} } })
  await storeAll(driver, files.slice(3))
  const text = (await contentOf(given.store, pathsOf(nameOf(files)).metadata)).toString()
  expect(Object.keys((JSON.parse(text) as { cod: { instances: object } }).cod.instances)).toHaveLength(6)
  await expectStored(driver, files)
})
