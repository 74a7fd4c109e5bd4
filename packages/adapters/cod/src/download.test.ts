import { collect, Store } from '@gantry/core'
import { memory } from '@gantry/memory'
import { createDownload } from '@gantry/transfer/download'
import { expect, test } from 'vitest'

import { pathsOf } from './series/series-name.ts'
import { fixtureStore, nativeFrames, noFixtures, put, ultrasound } from './testing/fixtures.ts'
import { hashed, hashUid } from './testing/hashed.ts'
import { storeAll } from './testing/store-all.ts'
import { nameOf, series as imagesOfSeries } from './testing/stored.ts'
import { cod } from './index.ts'

const studies = [ultrasound.study, nativeFrames.study]

test.skipIf(noFixtures)('studies that others wrote are downloaded, each series by one read of its tar', async () => {
  const given = await fixtureStore('v1.0')
  const store = new Store(cod(given.store))
  const directory = new Store(memory())
  const download = createDownload({ store, directory })
  const stats = await download.getStats(studies)
  expect(stats).toMatchObject({ totalSeriesCount: 2, totalSavedSeriesCount: 0, errors: [] })
  given.reset()
  const result = await download.download(studies).start()
  expect(result).toMatchObject({ complete: true, errors: [] })
  expect(result.files).toHaveLength(11)
  expect(given.reads.filter(({ path }) => path.endsWith('.tar'))).toHaveLength(2)
  for (const file of result.files) {
    const [study = '', series = '', , name = ''] = file.split('/')
    const source = await store.read(`studies/${study}/series/${series}/instances/${name}`)
    const saved = await directory.read(file)
    expect(Buffer.from(await collect(saved.body)).equals(await collect(source.body))).toBe(true)
  }
  expect(await download.getStats(studies)).toMatchObject({ totalSavedSeriesCount: 2 })
})

test.skipIf(noFixtures)('a series that cannot be read is told, and keeps no other from coming', async () => {
  const given = await fixtureStore('v1.0')
  // What a writer leaves that died, and metadata that are half written.
  await put(given.store, pathsOf({ ...ultrasound, series: '1.2.3.4.5.6.7' }).tar, new Uint8Array(1024))
  await put(given.store, pathsOf({ ...ultrasound, series: '1.2.3.4.5.6.8' }).metadata, new Uint8Array([0x1f, 0x8b, 8]))
  const store = new Store(cod(given.store))
  const directory = new Store(memory())
  const download = createDownload({ store, directory })
  const { errors, ...stats } = await download.getStats(studies)
  expect(stats).toMatchObject({ totalSeriesCount: 2 })
  expect(errors.map(({ seriesInstanceUID = '' }) => seriesInstanceUID).sort((a, b) => (a < b ? -1 : 1))).toEqual([
    '1.2.3.4.5.6.7',
    '1.2.3.4.5.6.8',
  ])
  expect(new Set(errors.map(({ error }) => error.code))).toEqual(new Set(['integrity']))
  const result = await download.download(studies).start()
  expect(result.complete).toBe(false)
  expect(result.files).toHaveLength(11)
  expect(result.errors).toHaveLength(2)
})

test.skipIf(noFixtures)('what should be looked at is told by the store, and all comes', async () => {
  const given = await fixtureStore('v1.0')
  await put(given.store, pathsOf(ultrasound).lock, new Uint8Array(10))
  await put(given.store, pathsOf(nativeFrames).errorLog, new Uint8Array(10))
  const being = { ...ultrasound, series: '1.2.3.4.5.6.9' }
  await put(given.store, pathsOf(being).lock, new Uint8Array(10))
  const byOpener = new Set<string>()
  const store = new Store(cod(given.store, { onTrouble: ({ series, kind }) => byOpener.add(`${series} ${kind}`) }))
  const download = createDownload({ store, directory: new Store(memory()) })
  const job = download.download(studies)
  const told: string[] = []
  job.onTrouble(({ studyInstanceUID, seriesInstanceUID, kind, url, error }) => {
    expect(url).toBe(`${store.url}/studies/${studyInstanceUID}/series/${seriesInstanceUID}`)
    told.push(`${seriesInstanceUID} ${kind} ${error?.code}`)
  })
  expect(await job.start()).toMatchObject({ complete: true, errors: [] })
  expect(told.toSorted()).toEqual([
    `${nativeFrames.series} error-log undefined`,
    `${being.series} being-written unavailable`,
    `${ultrasound.series} locked undefined`,
  ])
  expect(byOpener.size).toBe(3)
  const { notices, errors } = await download.getStats(studies)
  expect([notices.map(({ kind }) => kind).toSorted(), errors]).toEqual([['being-written', 'error-log', 'locked'], []])
})

test.skipIf(noFixtures)('a byte that was changed in the tar is found; the other instances are there', async () => {
  const given = await fixtureStore('v2.0')
  const { tar } = pathsOf(ultrasound)
  const bytes = Uint8Array.from(await collect((await given.store.read(tar)).body))
  bytes[3000] = (bytes[3000] ?? 0) ^ 1
  await put(given.store, tar, bytes)
  const directory = new Store(memory())
  const job = createDownload({ store: new Store(cod(given.store)), directory }).download([ultrasound.study])
  const result = await job.start()
  expect(result).toMatchObject({ complete: false, errors: [{ error: { code: 'integrity' } }] })
  expect(result.files).toHaveLength(9)
})

test('a study that is asked for by its UID, and by what that is hashed to, comes once', async () => {
  const given = new Store(memory())
  const files = await imagesOfSeries()
  const stored = hashed(files)
  await storeAll(cod(given, { hashUid }), stored)
  const download = createDownload({ store: new Store(cod(given)), directory: new Store(memory()) })
  const asked = [nameOf(files).study, nameOf(stored).study]
  expect(await download.getStats(asked)).toMatchObject({ totalSeriesCount: 1, errors: [] })
  const result = await download.download(asked).start()
  expect(result).toMatchObject({ complete: true })
  expect(result.files).toHaveLength(files.length)
})
