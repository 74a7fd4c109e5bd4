import { collect, type DicomJson, GantryError, toCall } from '@gantry/core'
import { fetchTransport } from '@gantry/http'
import { multipartOf } from '@gantry/testkit/bodies'
import { expect, test } from 'vitest'

import { dicomwebClient } from '../index.ts'
import { openService } from '../open-service.ts'
import { instances, type TestInstance } from '../testing/instances.ts'
import { fetchSeries } from './fetch-entries.ts'
import { ServiceMeter } from './service-meter.ts'

const json = { 'content-type': 'application/dicom+json' }
const multipart = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' }

const found = (uids: Readonly<Record<string, string>>, told?: number): DicomJson => ({
  ...Object.fromEntries(Object.entries(uids).map(([tag, uid]) => [tag, { vr: 'UI', Value: [uid] }])),
  ...(told !== undefined && { '00201209': { vr: 'IS', Value: [told] } }),
})

/** A service of one series, which keeps searches waiting. */
async function rig(gates: { readonly searches?: Promise<unknown>; readonly all?: Promise<unknown> }, slices = 40) {
  const files = await instances(slices, 91)
  const [{ entry }] = files as [TestInstance]
  const study = entry.image?.studyInstanceUID ?? ''
  const series = entry.image?.seriesInstanceUID ?? ''
  const asked: string[] = []
  const fetch = async (url: string | URL | Request) => {
    const { pathname, searchParams } = new URL(url instanceof Request ? url.url : url)
    const limit = Number(searchParams.get('limit') ?? Number.NaN)
    asked.push(pathname.slice('/rs/'.length).replaceAll(study, 'S').replaceAll(series, 'T'))
    if (Number.isNaN(limit)) {
      const bytes = files.find(({ uid }) => pathname.endsWith(`/${uid}`))?.bytes ?? new Uint8Array()
      const part = { headers: { 'Content-Type': 'application/dicom' }, body: Buffer.from(bytes) }
      return new Response(Uint8Array.from(multipartOf([part], 'b')), { headers: multipart })
    }
    await gates.searches
    const above = { '0020000D': study, '0020000E': series }
    if (!pathname.endsWith('/instances')) return new Response(JSON.stringify([found(above, slices)]), { headers: json })
    if (limit >= slices) await gates.all
    const offset = Number(searchParams.get('offset') ?? 0)
    // In another order than those that come by themselves.
    const order = limit >= slices ? files.toReversed() : files
    const page = order.slice(offset, offset + limit).map(({ uid }) => found({ ...above, '00080018': uid }))
    return new Response(JSON.stringify(page), { headers: json })
  }
  const client = dicomwebClient({ root: 'https://dicom.example/rs', profile: 'generic', fetch })
  return { files, asked, fetching: client.fetchInstances({ study, series }), named: { study, series } }
}

test('what is named is searched for at once, and not one behind the other', async () => {
  const searches = Promise.withResolvers<void>()
  const { asked, fetching } = await rig({ searches: searches.promise })
  const first = fetching.next()
  await expect
    .poll(() => asked.toSorted())
    .toEqual(['studies', 'studies/S/series', ...twice('studies/S/series/T/instances')])
  searches.resolve()
  expect((await first).value).toHaveProperty('body')
  await fetching.return?.()
})

test('the first instance comes while the search for all goes on, and each comes once', async () => {
  const all = Promise.withResolvers<void>()
  const { files, fetching } = await rig({ all: all.promise })
  const given = new Map<string, Uint8Array>()
  for await (const one of fetching) {
    if ('error' in one) throw one.error
    expect(given.has(one.instance)).toBe(false)
    given.set(one.instance, await collect(one.body))
    all.resolve()
  }
  expect(given.size).toBe(files.length)
  for (const { uid, bytes } of files) expect(Buffer.from(given.get(uid) ?? []).equals(bytes)).toBe(true)
})

test('who wants no more than the first waits for no search', async () => {
  const { fetching } = await rig({ all: new Promise(() => {}) })
  expect((await fetching.next()).value).toHaveProperty('body')
  await fetching.return?.()
})

test.each([
  ['all of a series are known, which come in one answer', 40, /series\/[\d.]+$/u],
  ['a few of a series are known, which are asked for one by one', 5, /instances\/[\d.]+$/u],
])('where a search fails when %s, they are given before that is told', async (_name, known, way) => {
  const files = await instances(40, 92)
  const image = files[0]?.entry.image
  const named = { study: image?.studyInstanceUID ?? '', series: image?.seriesInstanceUID ?? '' }
  const asked: string[] = []
  const fetch = async (url: string | URL | Request) => {
    const { pathname } = new URL(url instanceof Request ? url.url : url)
    asked.push(pathname)
    const those = files.filter(({ uid }) => pathname.endsWith(`/${uid}`) || !pathname.includes('/instances/'))
    const parts = those.map(({ bytes }) => ({
      headers: { 'Content-Type': 'application/dicom' },
      body: Buffer.from(bytes),
    }))
    return new Response(Uint8Array.from(multipartOf(parts, 'b')), { headers: multipart })
  }
  const meter = new ServiceMeter(8)
  // As near as that one answer for all is the quicker.
  for (const beside of [0, 3, 3, 3, 3]) meter.note({ latency: 2, transfer: 2 + 2 * beside, beside, opened: false })
  const service = openService(fetchTransport({ fetch }), { root: 'https://dicom.example/rs' })
  const ports = { service, meter, wholeSeries: true, totalOf: () => 40, now: () => performance.now() }
  const more = (async function* () {
    for (const { uid, entry } of files.slice(0, known)) {
      yield { path: entry.path, ...named, instance: uid }
    }
    throw new GantryError('unavailable', 'The search broke off.')
  })()
  let given = 0
  const reading = async () => {
    for await (const one of fetchSeries(ports, [], toCall(), { series: named.series, more })) {
      if ('error' in one) throw one.error
      await collect(one.body)
      given += 1
    }
  }
  await expect(reading()).rejects.toThrow('The search broke off.')
  expect(given).toBe(known)
  expect(asked).toHaveLength(known === 40 ? 1 : known)
  for (const one of asked) expect(one).toMatch(way)
})

const twice = (path: string): readonly string[] => [path, path]
