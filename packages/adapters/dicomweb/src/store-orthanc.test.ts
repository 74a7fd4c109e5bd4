import { collect, type Entry, Store } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import type { PhantomFile } from '@gantry/testkit/phantom'
import { beforeAll, describe, expect, test } from 'vitest'

import { dicomweb as overFetch } from './index.ts'
import { dicomweb as overNode, dicomwebClient } from './node.ts'
import { fetchOf, fill, optionsOf, pathOfFile } from './testing/orthanc.ts'

const roads = [
  ['node:http', overNode],
  ['fetch', overFetch],
] as const

const digest = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = []
  for await (const value of values) found.push(value)
  return found
}

/** All that a fetch gives, by path, in the way that is chosen. */
async function fetched(driver: StoreDriver, paths: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const one of fetchOf(driver, paths)) {
    if ('error' in one) throw one.error
    const { entry, body } = one
    const bytes = await collect(body)
    expect(bytes).toHaveLength(entry.size ?? bytes.length)
    found.set(entry.path, digest(bytes))
  }
  return found
}

for (const server of await orthancServers()) {
  describe.skipIf(server.unavailable !== undefined)(`the real ${server.title}`, { timeout: 300_000 }, () => {
    if (server.unavailable !== undefined) return
    const options = optionsOf(server)
    let files: PhantomFile[]
    let study: string
    beforeAll(async () => {
      files = await fill(server, { size: 64, slices: 40, series: 2 })
      study = files[0]?.image.studyInstanceUID ?? ''
    }, 300_000)

    describe.each(roads)('over %s', (_name, dicomweb) => {
      test('lists what it keeps, by study, series, instance, date and modality', async () => {
        const store = new Store(dicomweb(options))
        const [first] = files as [PhantomFile]
        const { seriesInstanceUID, sopInstanceUID } = first.image
        const paths = (entries: readonly Entry[]) => entries.map(({ path }) => path).toSorted()
        const listed = await all(store.list({ studies: [study] }))
        expect(paths(listed)).toEqual(files.map(pathOfFile).toSorted())
        expect(listed[0]?.image).toMatchObject({ studyInstanceUID: study, sopClassUID: '1.2.840.10008.5.1.4.1.1.2' })
        expect(listed[0]?.attributes).toMatchObject({ Modality: 'CT' })
        const day = listed[0]?.attributes?.['StudyDate']?.replace(/(....)(..)(..)/u, '$1-$2-$3')
        expect(await all(store.list({ prefix: `studies/${study}`, series: [seriesInstanceUID] }))).toHaveLength(40)
        expect(await all(store.list({ instances: [sopInstanceUID] }))).toHaveLength(1)
        expect(await all(store.list({ prefix: pathOfFile(first) }))).toHaveLength(1)
        expect(await all(store.list({ studies: [study], modalities: ['ct'], since: day, until: day }))).toHaveLength(80)
        expect(await all(store.list({ studies: [study], modalities: ['MR'] }))).toEqual([])
        expect(await all(store.list({ studies: [study], until: '1970-01-01' }))).toEqual([])
        expect(await all(store.list({ prefix: 'elsewhere' }))).toEqual([])
        await store.close()
      })

      test('tells of an instance, and reads it, whole and in ranges', async () => {
        const store = new Store(dicomweb(options))
        const file = files[3] as PhantomFile
        const path = pathOfFile(file)
        expect((await store.stat(path)).image).toMatchObject({ sopInstanceUID: file.image.sopInstanceUID })
        const read = async (range?: { start: number; end?: number }) => collect((await store.read(path, range)).body)
        expect(digest(await read())).toBe(digest(file.bytes))
        for (const [start, end] of [
          [0, 0],
          [0, 1],
          [100, 5000],
          [file.bytes.length - 1, undefined],
        ] as const) {
          const range = { start, ...(end !== undefined && { end }) }
          expect(digest(await read(range))).toBe(digest(file.bytes.subarray(start, end)))
        }
        expect(await store.find(`${path}9`)).toBeUndefined()
        expect(await store.find('studies/1.2')).toBeUndefined()
        await expect(store.read(`${path}9`)).rejects.toMatchObject({ code: 'not_found' })
        await store.close()
      })

      test('fetches a series in the way that is chosen', async () => {
        const driver = dicomweb(options)
        await all(new Store(driver).list({ studies: [study] }))
        const expected = new Map(files.map((file) => [pathOfFile(file), digest(file.bytes)]))
        expect(await fetched(driver, [...expected.keys()])).toEqual(expected)
        const some = [...expected.keys()].slice(5, 9)
        expect([...(await fetched(driver, some)).keys()].toSorted()).toEqual(some.toSorted())
        await driver.close?.()
      })
    })

    test('what is not there is told of by itself', async () => {
      const driver = overNode(options)
      const paths = [`${pathOfFile(files[0] as PhantomFile)}9`, 'elsewhere', pathOfFile(files[1] as PhantomFile)]
      const given = await all(fetchOf(driver, paths))
      const codes = given.map((one) => ('error' in one ? (one.error as { code: string }).code : 'given'))
      expect(codes.toSorted()).toEqual(['given', 'not_found', 'not_found'])
      await driver.close?.()
    })

    test('all of a study, as a viewer fetches it', async () => {
      const client = dicomwebClient(options)
      const found = new Map<string, string>()
      for await (const one of client.fetchInstances({ study })) {
        if ('error' in one) throw one.error
        found.set(one.instance, digest(await collect(one.body)))
      }
      expect(found).toEqual(new Map(files.map(({ image, bytes }) => [image.sopInstanceUID, digest(bytes)])))
      client.close()
    })

    test('frames, bulk data, metadata and pictures', async () => {
      const client = dicomwebClient(options)
      const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = (files[0] as PhantomFile).image
      const series = { study: studyInstanceUID, series: seriesInstanceUID }
      const instance = { ...series, instance: sopInstanceUID }
      const metadata = await all(client.retrieveMetadata(series))
      expect(metadata).toHaveLength(40)
      const pixels = metadata.find((one) => one['00080018']?.Value?.[0] === sopInstanceUID)?.['7FE00010']
      const frames: Uint8Array[] = []
      for await (const { body } of client.retrieveFrames(instance, [1, 1])) frames.push(await collect(body))
      expect(frames.map(({ length }) => length)).toEqual([64 * 64 * 2, 64 * 64 * 2])
      const bulk = await client.retrieveBulkData(pixels?.BulkDataURI ?? '')
      expect(digest(await collect(bulk.body))).toBe(digest(frames[0] as Uint8Array))
      const { contentType, body } = await client.retrieveRendered(instance, { mediaType: 'image/png' })
      expect(contentType).toBe('image/png')
      expect((await collect(body)).length).toBeGreaterThan(100)
      expect(await all(client.retrieveStudy(instance))).toHaveLength(80)
      client.close()
    })
  })
}
