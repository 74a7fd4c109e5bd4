import { gunzipSync, gzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { collect, Store, type StoreDriver } from '@gantry/core'
import { memory } from '@gantry/memory'
import { phantom, type PhantomOptions } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { cod, type CodOptions } from '../index.ts'
import { parseEntryPath, pathsOf, type SeriesName } from '../series/series-name.ts'
import { fixtureStore, nativeFrames, noFixtures, put, samples, ultrasound } from '../testing/fixtures.ts'
import { type ImageFile, imageFile, Killed, storeAll } from '../testing/store-all.ts'
import { watched } from '../testing/watched.ts'

async function series(options: PhantomOptions = {}): Promise<ImageFile[]> {
  const files: ImageFile[] = []
  for await (const { bytes } of phantom({ size: 32, slices: 6, ...options })) files.push(await imageFile(bytes))
  return files
}

function nameOf(files: readonly ImageFile[]): SeriesName {
  return parseEntryPath(files[0]?.path ?? '')?.name ?? { study: '', series: '' }
}

function open(options: CodOptions = {}) {
  const given = watched(memory())
  const driver = cod(given.store, { uri: 'gs://bucket/v1.0/dicomweb', ...options })
  return { given, driver, store: new Store(driver) }
}

async function contentOf(store: Store, path: string): Promise<Buffer> {
  return Buffer.from(await collect((await store.read(path)).body))
}

async function metadataOf(store: Store, name: SeriesName) {
  const text = gunzipSync(await contentOf(store, pathsOf(name).metadata)).toString()
  return JSON.parse(text) as { [key: string]: unknown; cod: { instances: Record<string, Record<string, never>> } }
}

async function pathsIn(store: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path)
  return paths
}

async function expectStored(driver: StoreDriver, files: readonly ImageFile[]): Promise<void> {
  const store = new Store(driver)
  for (const { path, bytes } of files) expect((await contentOf(store, path)).equals(bytes)).toBe(true)
  expect(await pathsIn(store)).toEqual(files.map(({ path }) => path).toSorted())
}

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
  const { write, resumable } = given.driver
  given.driver.write = async (entry, body, call) => {
    const written = await write?.call(given.driver, entry, body, call)
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
  const edited = text.replace('"scale":1', '"scale":1.0,"id":12345678901234567890').replace('"dependencies":[]', '"dependencies":["gs://a/b"],"extra":2.50')
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
    const [, { path = '' } = {}] = files
    const outcomes = await storeAll(driver, [{ path, bytes: changed }, ...files.slice(3)])
    expect(outcomes.filter((outcome) => 'error' in outcome)).toMatchObject([{ path, error: { code: 'already_exists' } }])
    await expectStored(driver, files)
    const { instances } = (await metadataOf(given.store, nameOf(files))).cod
    expect(Object.values(instances).every(({ diff_hash_dupe_paths: paths = [] }) => (paths as []).length === 0)).toBe(true)
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
    expect(outcomes.map((outcome) => ('error' in outcome ? (outcome.error as { code: string }).code : 'stored')).toSorted()).toEqual(
      ['invalid', 'invalid', 'invalid', 'stored'],
    )
    await expectStored(driver, files.slice(0, 1))
  })

  test('a layout without UIDs is refused', async () => {
    const { driver } = open()
    await expect(storeAll(driver, [{ path: 'a/b.dcm', bytes: new Uint8Array(1) }])).rejects.toMatchObject({ code: 'invalid' })
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
  const whole: StoreDriver = {
    ...given,
    contract: 1,
    scheme: 'whole',
    abilities: { ...given.abilities, resumable: undefined as never },
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

describe('locks', () => {
  test("another's is respected, and told when it is old", async () => {
    const { given, driver } = open()
    const files = await series()
    const { lock } = pathsOf(nameOf(files))
    await put(given.store, lock, gzipSync('{"cod":{"instances":{}}}'))
    await expect(storeAll(driver, files)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    const later = cod(given.store, { now: () => Date.now() + 2 * 60 * 60 * 1000 })
    await expect(storeAll(later, files)).rejects.toMatchObject({ code: 'unavailable', retryable: false, message: /120 minutes/u })
    expect(await given.store.find(lock)).toBeDefined()
    expect(await given.store.find(pathsOf(nameOf(files)).tar)).toBeUndefined()
  })

  test('one that was broken keeps the writer from publishing', async () => {
    const { given, driver } = open()
    const files = await series()
    const { lock, tar } = pathsOf(nameOf(files))
    const before = async () => {
      await given.store.remove(lock)
      await put(given.store, lock, gzipSync('{"cod":{"instances":{}},"gantry_lock":"another"}'))
    }
    let stolen: Promise<void> | undefined
    const failing = storeAll(driver, files, { before: (index) => void (index === 4 && (stolen = before())) })
    await expect(failing).rejects.toMatchObject({ code: 'unavailable' })
    await stolen
    expect(await given.store.find(tar)).toBeUndefined()
    // It is another's: it stays.
    expect(await given.store.find(lock)).toBeDefined()
  })

  test('two racing writers: both come to an end, and nothing is lost', async () => {
    const { given, driver } = open()
    const files = await series({ slices: 10 })
    const other = cod(new Store(given.driver))
    const persistently = async (store: StoreDriver, some: readonly ImageFile[]) => {
      for (let attempt = 0; attempt < 200; attempt += 1) {
        try {
          return await storeAll(store, some)
        } catch (error) {
          if ((error as { code?: string }).code !== 'unavailable') throw error
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
      }
      throw new Error('The lock was never free.')
    }
    await Promise.all([persistently(driver, files.slice(0, 6)), persistently(other, files.slice(4))])
    await expectStored(driver, files)
    expect(await given.store.find(pathsOf(nameOf(files)).lock)).toBeUndefined()
  })

  test('an error.log keeps writers away', async () => {
    const { given, driver } = open()
    const files = await series()
    await put(given.store, pathsOf(nameOf(files)).errorLog, Buffer.from('it failed'))
    await expect(storeAll(driver, files)).rejects.toMatchObject({ code: 'integrity' })
  })
})

describe('a writer that was killed', () => {
  const partSize = 1024 * 1024

  async function killed(existing: number, at: number) {
    const { given, driver } = open({ partSize })
    const files = await series({ size: 256, slices: 40 })
    if (existing > 0) await storeAll(driver, files.slice(0, existing))
    const rest = files.slice(existing)
    let saved: string | undefined
    const save = async (state: string) => {
      saved = state
    }
    const before = (index: number) => {
      if (index === at) throw new Killed()
    }
    await expect(storeAll(driver, rest, { save, before })).rejects.toBeInstanceOf(Killed)
    return { given, files, rest, saved: saved ?? '' }
  }

  test.for([
    [0, 30],
    [5, 25],
    [0, 0],
  ] as const)('goes on in the middle of a series (%d were there, %d were added)', async ([existing, at]) => {
    const { given, files, rest, saved } = await killed(existing, at)
    const again = cod(given.store, { partSize })
    const added: number[] = []
    const outcomes = await storeAll(again, rest, { saved, before: (index) => added.push(index) })
    expect(outcomes).toHaveLength(rest.length)
    if (at > 20) expect(added.length).toBeLessThan(rest.length - 10)
    await expectStored(again, files)
    expect(await given.store.find(pathsOf(nameOf(files)).lock)).toBeUndefined()
  })

  test('does not go on with a tar that changed meanwhile', async () => {
    const { given, files, rest, saved } = await killed(5, 25)
    const { lock } = pathsOf(nameOf(files))
    await given.store.remove(lock)
    const extra = await series({ size: 256, slices: 41 })
    await storeAll(cod(given.store), extra.slice(40))
    await storeAll(cod(given.store), rest, { saved })
    await expectStored(cod(given.store), [...files, ...extra.slice(40)])
  })

  test('goes on between the tar and the metadata', async () => {
    const { given, driver } = open({ partSize })
    const files = await series()
    const { index } = pathsOf(nameOf(files))
    const { write } = given.driver
    let saved: string | undefined
    given.driver.write = async (entry, body, call) => {
      if (entry.path === index) throw new Killed()
      return await (write as NonNullable<typeof write>).call(given.driver, entry, body, call)
    }
    const save = async (state: string) => {
      saved = state
    }
    await expect(storeAll(driver, files, { save })).rejects.toThrow()
    given.driver.write = write as NonNullable<typeof write>
    const { version } = await given.store.stat(pathsOf(nameOf(files)).tar)
    await storeAll(cod(given.store), files, { saved: saved ?? '' })
    expect((await given.store.stat(pathsOf(nameOf(files)).tar)).version).toBe(version)
    await expectStored(driver, files)
  })

  test('leaves nothing when it is given up', async () => {
    const { given, saved } = await killed(0, 30)
    await cod(given.store).parcels?.discard?.(saved, { signal: new AbortController().signal })
    expect(await pathsIn(given.store)).toEqual([])
    for await (const upload of given.store.uploads?.unfinished() ?? []) expect(upload).toBeUndefined()
  })
})

describe.skipIf(noFixtures)('what others wrote', () => {
  test.for(['v1.0', 'v2.0'] as const)('%s is added to', async (version) => {
    const given = await fixtureStore(version)
    const driver = cod(given.store)
    const document = await metadataOf(given.store, ultrasound)
    const [key = ''] = Object.keys(document.cod.instances)
    const path = `studies/${ultrasound.study}/series/${ultrasound.series}/instances/${key}.dcm`
    const bytes = await contentOf(new Store(driver), path)
    // The same image under another UID of the same length.
    const other = `${key.slice(0, -1)}${key.endsWith('1') ? '2' : '1'}`
    for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at)) bytes.write(other, at)
    await storeAll(driver, [await imageFile(bytes)])
    const after = await metadataOf(given.store, ultrasound)
    expect(Object.keys(after.cod.instances)).toHaveLength(11)
    expect(after.cod.instances[key]).toEqual(document.cod.instances[key])
    expect(after['fixture_note']).toEqual(document['fixture_note'])
    expect(await contentOf(new Store(driver), path.replace(key, other))).toEqual(bytes)
  })

  test('the record is what Python records', async () => {
    const given = await fixtureStore('v1.0')
    const { driver, given: ours } = open()
    for (const name of [ultrasound, nativeFrames]) {
      const document = await metadataOf(given.store, name)
      const files = await Promise.all(
        Object.keys(document.cod.instances).map(async (key) => {
          const path = `studies/${name.study}/series/${name.series}/instances/${key}.dcm`
          return { path, bytes: await contentOf(new Store(cod(given.store)), path) }
        }),
      )
      await storeAll(driver, files)
      const written = await metadataOf(ours.store, name)
      for (const [key, record] of Object.entries(document.cod.instances)) {
        const { uri: _u, original_path: _o, dependencies: _d, modified_datetime: _m, offset_tables: _t, metadata, ...rest } = record
        expect(written.cod.instances[key]).toMatchObject(rest)
        const theirs = JSON.parse(JSON.stringify(metadata).replaceAll('gs://cod-fixtures/v1.0/dicomweb', 'gs://bucket/v1.0/dicomweb'))
        expect(written.cod.instances[key]?.['metadata']).toEqual(theirs)
      }
    }
  })

  test('offset tables are theirs, and without the fault', async () => {
    const { driver, given } = open()
    const files = await Promise.all(
      ['multiframe.dcm', 'small_multiframe.dcm'].map(
        async (file) => await imageFile(readFileSync(join(samples, 'test_data_history', file))),
      ),
    )
    for (const file of files) await storeAll(driver, [file])
    const [first] = Object.values((await metadataOf(given.store, nameOf(files))).cod.instances)
    expect(first?.['offset_tables']).toMatchObject({
      CustomOffsetTable: expect.arrayContaining([4326, 6136, 7946]),
      CustomOffsetTableLengths: expect.arrayContaining([1802]),
    })
    const { bytes } = files[0] as ImageFile
    const tables = first?.['offset_tables'] as unknown as { CustomOffsetTable: number[]; CustomOffsetTableLengths: number[] }
    expect(tables.CustomOffsetTable).toHaveLength(38)
    for (const start of tables.CustomOffsetTable) {
      expect(Buffer.from(bytes.subarray(start, start + 8)).toString('hex')).toBe('0000000c6a502020')
    }
    const [second] = Object.values((await metadataOf(given.store, nameOf(files.slice(1)))).cod.instances)
    expect(second?.['offset_tables']).toMatchObject({ CustomOffsetTable: { length: 17 } })
  })
})
