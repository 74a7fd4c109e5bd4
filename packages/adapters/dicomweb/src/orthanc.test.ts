import { type DicomJson, type ParcelOutcome, toCall } from '@gantry/core'
import { orthancServers } from '@gantry-tooling/servers/vitest'
import { startFaultProxy } from '@gantry/testkit/fault-proxy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { dicomwebClient } from './node.ts'
import { openService } from './open-service.ts'
import { removeResource } from './remove/remove-resource.ts'
import { retrieveInstance } from './retrieve/retrieve.ts'
import type { SearchOptions } from './search/searching.ts'
import type { Service } from './service.ts'
import { InstanceStore } from './store/instance-store.ts'
import {
  bodyOf,
  instances,
  parcelOf,
  sendAll,
  sendInTurns,
  type TestInstance,
  transports,
} from './testing/instances.ts'

const call = toCall()

for (const [number, server] of (await orthancServers()).entries()) {
  describe.skipIf(server.unavailable !== undefined)(`over ${server.title}`, () => {
    if (server.unavailable !== undefined) return
    const { root, login } = server
    const options = { root, ...(login !== undefined && login) }

    describe.each(transports)('with %s, stores', (name, open) => {
      let service: Service
      let store: InstanceStore
      let all: TestInstance[]
      const seed = 7100 + number * 10 + (name === 'fetch' ? 1 : 0)
      beforeAll(async () => {
        service = open(options)
        store = new InstanceStore(service)
        all = await instances(8, seed)
      })
      afterAll(() => service.close())

      const codes = (outcomes: readonly ParcelOutcome[]) =>
        outcomes.map((outcome) => ('error' in outcome ? outcome.error : 'stored'))
      const stored = () => all.map(() => 'stored')

      test('a parcel, and the same again, with its bytes', async () => {
        expect(codes(await sendAll(store.begin(parcelOf(all)), all))).toEqual(stored())
        expect(codes(await sendAll(store.begin(parcelOf(all)), all))).toEqual(stored())
        for (const { entry, bytes } of all) {
          const [study = '', series = '', file = ''] = entry.path.split('/')
          const { body } = await retrieveInstance(service, { study, series, instance: file.slice(0, -4) }, {}, call)
          const chunks: Uint8Array[] = []
          for await (const chunk of body) chunks.push(Uint8Array.from(chunk))
          expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
        }
      }, 60_000)

      test('one instance', async () => {
        const [first] = all as [TestInstance]
        expect(await store.write(first.entry, bodyOf(first), call)).toMatchObject({ path: first.entry.path })
      }, 60_000)

      test('what it refuses is found among what it takes', async () => {
        const [spoiled, ...rest] = await instances(4, seed + 5)
        if (spoiled === undefined) return
        const garbage = { ...spoiled, bytes: spoiled.bytes.map((byte) => byte ^ 0x55) }
        expect(await sendInTurns(store, [garbage, ...rest])).toEqual({ refused: [garbage.entry.path], left: 0 })
      }, 60_000)

      test('removes nothing, and says so', async () => {
        const { uid, entry } = all[0] as TestInstance
        const [study = '', series = ''] = entry.path.split('/')
        await expect(removeResource(service, { study, series, instance: uid }, call)).rejects.toMatchObject({
          code: 'unsupported',
        })
      })
    })

    describe('searches', () => {
      const client = dicomwebClient(options)
      let all: TestInstance[]
      let study: string
      let series: string
      beforeAll(async () => {
        all = await instances(30, 7200 + number)
        ;[study = '', series = ''] = (all[0] as TestInstance).entry.path.split('/')
        const service = openService(transports[0][1](options).options.transport, options)
        const outcomes = await sendAll(new InstanceStore(service).begin(parcelOf(all)), all)
        if (outcomes.some((outcome) => 'error' in outcome)) throw new Error('Orthanc did not take it.')
      }, 60_000)
      afterAll(() => client.close())

      const uidsOf = async (matches: AsyncIterable<DicomJson>, tag: string) => {
        const uids: string[] = []
        for await (const match of matches) uids.push(match[tag]?.Value?.[0] as string)
        return uids.toSorted(undefined)
      }
      const studies = async (query: SearchOptions) => await uidsOf(client.searchForStudies(query), '0020000D')

      test('instances of a series, each once', async () => {
        const found = await uidsOf(client.searchForInstances({ study, series }), '00080018')
        expect(found).toEqual(all.map(({ uid }) => uid).toSorted())
        expect(await uidsOf(client.searchForInstances({ study }), '00080018')).toEqual(found)
        expect(await uidsOf(client.searchForInstances({ study, series, limit: 7 }), '00080018')).toHaveLength(7)
      }, 60_000)

      test('series of a study', async () => {
        expect(await uidsOf(client.searchForSeries({ study }), '0020000E')).toEqual([series])
        expect(await uidsOf(client.searchForSeries({ study, match: { Modality: 'MR' } }), '0020000E')).toEqual([])
      }, 60_000)

      test('a study by what it passes over as well as by what it knows', async () => {
        const [match] = [await client.searchForStudies({ study, include: ['StudyDescription'] }).next()]
        const told = (match?.value ?? {}) as DicomJson
        const name = (told['00100010']?.Value?.[0] as { Alphabetic?: string } | undefined)?.Alphabetic ?? ''
        const date = told['00080020']?.Value?.[0] as string
        const uids = `${study},1.2.3`
        expect(await studies({ match: { StudyInstanceUID: uids } })).toEqual([study])
        expect(await studies({ match: { StudyInstanceUID: uids.replace(',', '\\') } })).toEqual([study])
        expect(await studies({ study, match: { PatientName: `${name.slice(0, 2).toLowerCase()}*` } })).toEqual([study])
        expect(await studies({ study, match: { PatientName: name.slice(0, 3) }, fuzzy: true })).toEqual([study])
        expect(await studies({ study, match: { PatientName: 'Ünlikely*' } })).toEqual([])
        expect(await studies({ study, match: { StudyDate: `${date}-${date}` } })).toEqual([study])
        expect(await studies({ study, match: { StudyDate: `-19000101` } })).toEqual([])
        expect(await studies({ study, match: { ModalitiesInStudy: 'CT' } })).toEqual([study])
      }, 60_000)

      test('nothing where there is nothing', async () => {
        expect(await studies({ study: '1.2.3.4.5.6.7' })).toEqual([])
      }, 60_000)

      test('what was removed is no such thing', async () => {
        const missing = client.retrieveInstance({ study: '1.2.3', series: '1.2.3.4', instance: '1.2.3.4.5' })
        await expect(missing).rejects.toMatchObject({ code: 'not_found' })
      }, 60_000)
    })

    test('is told by how it refuses', async () => {
      const service = transports[0][1](options)
      expect(service.profile.name).toBe('generic')
      await service.identify(call)
      expect(service.profile.name).toBe('orthanc')
      service.close()
    }, 60_000)

    test('a lost answer is looked for', async () => {
      const { origin, pathname } = new URL(root)
      const proxy = await startFaultProxy({ target: origin })
      const service = transports[0][1]({ ...options, root: `${proxy.url}${pathname}` })
      const all = await instances(3, 7300 + number)
      proxy.set([{ match: { method: 'POST' }, fault: { kind: 'lose-answer' } }])
      const outcomes = await sendAll(new InstanceStore(service).begin(parcelOf(all)), all)
      expect(outcomes.every((outcome) => 'entry' in outcome)).toBe(true)
      service.close()
      await proxy.close()
    }, 60_000)
  })
}
