import { collect, type DicomJson } from '@gantry/core'
import { multipartOf } from '@gantry/testkit/bodies'
import { expect, test } from 'vitest'

import { dicomwebClient } from '../index.ts'
import { instances, type TestInstance } from '../testing/instances.ts'

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

const twice = (path: string): readonly string[] => [path, path]
