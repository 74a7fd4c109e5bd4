import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

import { collect, type Entry, Store, type StoreDriver, toCall } from '@gantry/core'
import { phantom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { cod, type CodOptions, type SeriesTrouble } from '../index.ts'
import { entryPathOf, pathsOf } from '../series/series-name.ts'
import { fetchFrom } from '../testing/store-all.ts'
import { fixtureStore, noFixtures, nativeFrames, put, samples, twoHours, ultrasound } from '../testing/fixtures.ts'

const original = new Map<string, Buffer>()
if (noFixtures === false) {
  for (const file of readdirSync(join(samples, 'test_data/series'))) {
    const bytes = readFileSync(join(samples, 'test_data/series', file))
    original.set(String(bytes.length), bytes)
  }
}

async function entriesOf(store: Store): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of store.list()) entries.push(entry)
  return entries
}

async function fetchAll(driver: StoreDriver, refs: readonly { path: string; version?: string }[]) {
  const bodies = new Map<string, Uint8Array>()
  const failures = new Map<string, unknown>()
  for await (const given of fetchFrom(driver, refs)) {
    if ('error' in given) failures.set(given.path, given.error)
    else {
      await collect(given.body).then(
        (bytes) => bodies.set(given.entry.path, bytes),
        (error: unknown) => failures.set(given.entry.path, error),
      )
    }
  }
  return { bodies, failures }
}

interface Document {
  cod: {
    instances: Record<
      string,
      { uri: string; crc32c?: string; metadata?: object; headers: { start_byte: number; end_byte: number } }
    >
  }
}

/** Writes the metadata of a series again, changed. */
async function edit(store: Store, name: typeof ultrasound, change: (document: Document) => unknown): Promise<void> {
  const { metadata } = pathsOf(name)
  const document = JSON.parse(gunzipSync(await collect((await store.read(metadata)).body)).toString())
  await put(store, metadata, gzipSync(JSON.stringify(change(document) ?? document)))
}

const open = async (version: 'v1.0' | 'v2.0' = 'v1.0', options: CodOptions = {}) => {
  const given = await fixtureStore(version)
  const driver = cod(given.store, options)
  return { given, driver, store: new Store(driver) }
}

describe.skipIf(noFixtures)('what others wrote', () => {
  test.for(['v1.0', 'v2.0'] as const)('%s is listed with identities, sizes and digests', async (version) => {
    const { store } = await open(version)
    const entries = await entriesOf(store)
    expect(entries).toHaveLength(11)
    expect(entries.map(({ path }) => path)).toEqual(entries.map(({ path }) => path).toSorted())
    const ours = entries.filter(({ path }) => path.startsWith(`studies/${ultrasound.study}/`))
    expect(ours).toHaveLength(10)
    for (const { image, digests, attributes, path } of ours) {
      expect(image).toMatchObject({ studyInstanceUID: ultrasound.study, seriesInstanceUID: ultrasound.series })
      expect(path).toBe(entryPathOf(ultrasound, image?.sopInstanceUID ?? ''))
      expect(digests?.crc32c).toMatch(/^[0-9a-f]{8}$/u)
      expect(attributes).toMatchObject({ Modality: 'US' })
    }
  })

  test.for(['v1.0', 'v2.0'] as const)('%s: a series comes whole by one read of its tar', async (version) => {
    const { store, driver, given } = await open(version)
    const entries = (await entriesOf(store)).filter(({ path }) => path.includes(ultrasound.series))
    given.reset()
    const { bodies, failures } = await fetchAll(driver, entries)
    expect(failures.size).toBe(0)
    expect(bodies.size).toBe(10)
    for (const bytes of bodies.values()) expect(original.get(String(bytes.length))?.equals(bytes)).toBe(true)
    expect(given.reads.filter(({ path }) => path.endsWith('.tar'))).toHaveLength(1)
  })

  test('few of many come by ranges', async () => {
    const { store, driver, given } = await open()
    const [first, , , , , , , , last] = await entriesOf(store)
    given.reset()
    const { bodies } = await fetchAll(driver, [first as Entry, last as Entry])
    expect(bodies.size).toBe(2)
    expect(given.bytes()).toBeLessThan(1_464_320)
  })

  test('one instance, and a range of it', async () => {
    const { store } = await open('v2.0')
    const [{ path, size, version } = { path: '', size: 0, version: '' }] = await entriesOf(store)
    const whole = await collect((await store.read(version === undefined ? path : { path, version })).body)
    expect(whole).toHaveLength(size ?? -1)
    const part = await collect((await store.read(path, { start: 1000, end: 3000 })).body)
    expect(part).toEqual(whole.subarray(1000, 3000))
    await expect(store.read({ path, version: 'another' })).rejects.toMatchObject({ code: 'precondition_failed' })
    await expect(store.read(path.replace('.dcm', '1.dcm'))).rejects.toMatchObject({ code: 'not_found' })
  })

  test('metadata that lost their compression on the way are read', async () => {
    const { store, given } = await open()
    const { metadata } = pathsOf(ultrasound)
    await put(given.store, metadata, gunzipSync(await collect((await given.store.read(metadata)).body)))
    expect(await entriesOf(store)).toHaveLength(11)
  })

  test('the tar is found from the root that was given, not from what is recorded', async () => {
    const { store, given, driver } = await open()
    await edit(given.store, ultrasound, (document) => {
      for (const instance of Object.values(document.cod.instances)) {
        instance.uri = 'gs://another/root/studies/1/series/2.tar://instances/3.dcm'
        instance.headers.end_byte += 1
      }
    })
    const entries = (await entriesOf(store)).filter(({ path }) => path.includes(ultrasound.series))
    expect((await fetchAll(driver, entries)).bodies.size).toBe(10)
  })

  test('a hashed store has the names of its folders, and the true identity', async () => {
    const { store, given } = await open('v2.0')
    const hashed = { study: 'hashed-study-1', series: 'hashed-series-1' }
    const tar = await collect((await given.store.read(pathsOf(ultrasound).tar)).body)
    await put(given.store, pathsOf(hashed).tar, tar)
    const bytes = gunzipSync(await collect((await given.store.read(pathsOf(ultrasound).metadata)).body))
    const { study_uid: _s, series_uid: _e, cod: inner, ...rest } = JSON.parse(bytes.toString())
    const instances = Object.fromEntries(Object.entries(inner.instances).map(([key, value]) => [`h${key}`, value]))
    const document = { ...rest, deid_study_uid: hashed.study, deid_series_uid: hashed.series, cod: { instances } }
    await put(given.store, pathsOf(hashed).metadata, gzipSync(JSON.stringify(document)))
    const [first] = (await entriesOf(store)).filter(({ path }) => path.startsWith('studies/hashed-study-1/'))
    expect(first?.image?.studyInstanceUID).toBe(ultrasound.study)
    expect(first?.path).toContain(`/instances/h${first?.image?.sopInstanceUID}.dcm`)
    expect(await collect((await store.read(first?.path ?? '')).body)).toHaveLength(first?.size ?? -1)
  })

  test('bytes that are not those of the metadata fail, for their instance alone', async () => {
    const { store, given, driver } = await open()
    const { tar } = pathsOf(ultrasound)
    const bytes = await collect((await given.store.read(tar)).body)
    bytes[50_000] = (bytes[50_000] ?? 0) ^ 1
    await put(given.store, tar, bytes)
    const entries = (await entriesOf(store)).filter(({ path }) => path.includes(ultrasound.series))
    const { bodies, failures } = await fetchAll(driver, entries)
    expect(bodies.size).toBe(9)
    expect([...failures.values()]).toMatchObject([{ code: 'integrity', retryable: true }])
    const [path = ''] = failures.keys()
    await expect(store.read(path).then(async ({ body }) => await collect(body))).rejects.toMatchObject({
      code: 'integrity',
    })
  })

  test('metadata are read again when a writer replaced them and the tar', async () => {
    const { store, given, driver } = await open()
    const entries = (await entriesOf(store)).filter(({ path }) => path.includes(ultrasound.series))
    // As `w` of the Python writer does: another tar, with everything moved. The version of the metadata is the old one
    // until the read has begun.
    const { tar, metadata } = pathsOf(ultrasound)
    const bytes = await collect((await given.store.read(tar)).body)
    const stale = given.driver.stat.bind(given.driver)
    const { version } = await given.store.stat(metadata)
    await put(given.store, tar, Buffer.concat([Buffer.alloc(10_240), bytes]))
    await edit(given.store, ultrasound, (document) => {
      for (const instance of Object.values(document.cod.instances)) instance.headers.start_byte += 10_240
    })
    given.driver.stat = async (path, call) => {
      const entry = await stale(path, call)
      return path === metadata ? { ...entry, ...(version !== undefined && { version }) } : entry
    }
    expect((await fetchAll(driver, entries)).bodies.size).toBe(10)
    const first = entries[0] as Entry
    expect(await collect((await store.read(first.path)).body)).toHaveLength(first.size ?? -1)
  })
})

test.skipIf(noFixtures)('attributes that are there and empty do not keep a series from being listed', async () => {
  const { store, given } = await open()
  await edit(given.store, ultrasound, (document) => {
    for (const instance of Object.values(document.cod.instances)) {
      Object.assign(instance.metadata ?? {}, { '00200013': { vr: 'IS' }, '00201041': { vr: 'DS' }, '00080060': null })
    }
  })
  const entries = (await entriesOf(store)).filter(({ path }) => path.includes(ultrasound.series))
  expect(entries).toHaveLength(10)
  expect(entries[0]?.attributes?.['InstanceNumber']).toBeUndefined()
})

describe.skipIf(noFixtures)('a series that cannot be read', () => {
  async function withTroubles(options: CodOptions = {}) {
    const opened = await open('v1.0', options)
    const { store } = opened.given
    await put(store, 'studies/1.1.1/series/1.1.1.1.tar', Buffer.from('a tar'))
    await put(store, 'studies/1.1.1/series/1.1.1.2.tar', Buffer.from('a tar'))
    await put(store, 'studies/1.1.1/series/1.1.1.2/.gradient.lock', Buffer.from('a lock'))
    await put(store, 'studies/1.1.1/series/1.1.1.3.tar', Buffer.from('a tar'))
    await put(store, 'studies/1.1.1/series/1.1.1.3/metadata.json', gzipSync('{"study_uid":"1.1.1"}').subarray(0, 20))
    await put(store, 'studies/1.1.1/series/1.1.1.4/metadata.json', gzipSync('{"cod":{"instances":{"1.2":{}}}}'))
    await put(store, 'studies/1.1.1/series/1.1.1.5.tar', Buffer.from('a tar'))
    await put(store, 'studies/1.1.1/series/1.1.1.5/index.sqlite', Buffer.from('an index'))
    await put(store, 'studies/1.1.1/series/1.1.1.5/.gradient.lock', Buffer.from('a lock'), Date.now() - twoHours)
    await put(store, 'studies/1.1.1/series/1.1.1.6/.gradient.lock', Buffer.from('a lock'), Date.now() - twoHours)
    // As the Python writer leaves it where it could add no instance.
    await put(store, 'studies/1.1.1/series/1.1.1.7/metadata.json', gzipSync('{"cod":{"instances":{}}}'))
    await put(store, `${pathsOf(nativeFrames).folder}/error.log`, Buffer.from('what went wrong'))
    await put(store, `${pathsOf(ultrasound).folder}/.gradient.lock`, Buffer.from('a lock'))
    return opened
  }

  test('is told, and may be left out of the list', async () => {
    const troubles: SeriesTrouble[] = []
    const onTrouble = (trouble: SeriesTrouble) => troubles.push(trouble)
    const { store } = await withTroubles({ onTrouble, skipUnreadable: true })
    expect(await entriesOf(store)).toHaveLength(11)
    expect(troubles.map(({ series, kind, error }) => [series, kind, error?.code])).toEqual([
      ['1.1.1.1', 'no-metadata', 'integrity'],
      ['1.1.1.2', 'being-written', 'unavailable'],
      ['1.1.1.3', 'damaged-metadata', 'integrity'],
      ['1.1.1.4', 'no-tar', 'integrity'],
      ['1.1.1.5', 'abandoned', 'unavailable'],
      ['1.1.1.6', 'being-written', 'unavailable'],
      [nativeFrames.series, 'error-log', undefined],
      [ultrasound.series, 'locked', undefined],
    ])
  })

  test('stands as an entry that fails with the reason, whoever is told', async () => {
    let told = 0
    const { store, driver } = await withTroubles({ onTrouble: () => (told += 1) })
    const entries = await entriesOf(store)
    expect(told).toBe(8)
    const broken = entries.filter(({ path }) => path.startsWith('studies/1.1.1/'))
    expect(broken).toHaveLength(4)
    const codes = await Promise.all(
      broken.map(async ({ path }) => await store.read(path).catch((error: { code: string }) => error.code)),
    )
    expect(codes).toEqual(['integrity', 'integrity', 'integrity', 'unavailable'])
    const { failures, bodies } = await fetchAll(driver, entries)
    expect([bodies.size, failures.size]).toEqual([11, 4])
    await expect(store.read('studies/1.1.1/series/1.1.1.2/metadata.json')).rejects.toMatchObject({
      code: 'unavailable',
    })
    await expect(store.read('studies/1.1.1/series/1.1.1.5/metadata.json')).rejects.toMatchObject({ retryable: false })
  })

  test('a record that lacks something is one instance that fails', async () => {
    const { store, given } = await open()
    await edit(given.store, ultrasound, (document) => {
      delete Object.values(document.cod.instances)[3]?.crc32c
    })
    const entries = await entriesOf(store)
    expect(entries).toHaveLength(11)
    const failing = entries.filter(({ digests }) => digests === undefined)
    expect(failing).toHaveLength(1)
    await expect(store.read(failing[0]?.path ?? '')).rejects.toMatchObject({ code: 'integrity' })
  })
})

test.skipIf(noFixtures)('studies are found without reading the others', async () => {
  const { driver, given } = await open()
  await put(given.store, 'studies/9.9.9.9.9.9/series/9.9.9.9.9.1.tar', Buffer.alloc(10))
  const paths: string[] = []
  for await (const { path } of driver.list({ studies: [nativeFrames.study] }, toCall())) paths.push(path)
  expect(paths).toHaveLength(1)
  const prefixed: string[] = []
  const prefix = `studies/${ultrasound.study}/series/${ultrasound.series}/instances`
  for await (const { path } of new Store(driver).list({ prefix })) prefixed.push(path)
  expect(prefixed).toHaveLength(10)
})

test('nothing is there', async () => {
  const { memory } = await import('@gantry/memory')
  const store = new Store(cod(new Store(memory())))
  expect(await entriesOf(store)).toEqual([])
  for await (const { path } of phantom({ size: 8, slices: 1 })) {
    await expect(store.stat(path)).rejects.toMatchObject({ code: 'not_found' })
    await expect(store.write({ path }, (async function* () {})())).rejects.toMatchObject({ code: 'unsupported' })
  }
})
