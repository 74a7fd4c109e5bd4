import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { collect, type DicomJson, type Entry, type GantryError, Store } from '@gantry/core'
import { multipartOf } from '@gantry/testkit/bodies'
import { writeDicom } from '@gantry/testkit/phantom'
import { expect, onTestFinished, test } from 'vitest'

import { dicomweb, dicomwebClient } from './node.ts'
import { pathOf } from './retrieve/resource.ts'
import { instances, type TestInstance } from './testing/instances.ts'
import { fetchOf } from './testing/orthanc.ts'

const found = (study: string, series: string, instance: string): DicomJson => ({
  '0020000D': { vr: 'UI', Value: [study] },
  '0020000E': { vr: 'UI', Value: [series] },
  '00080018': { vr: 'UI', Value: [instance] },
})

type Answering = (request: IncomingMessage, response: ServerResponse) => void

/** The root of a service that answers as it is told to. */
async function serviceOf(answer: Answering): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/rs`
}

async function storeOf(answer: Answering): Promise<Store> {
  const store = new Store(dicomweb({ root: await serviceOf(answer), token: 'secret', profile: 'generic' }))
  onTestFinished(async () => await store.close())
  return store
}

test('what has UIDs that name nothing is told, and neither listed nor left out silently', async () => {
  const matches: Record<string, readonly DicomJson[]> = {
    '/rs/studies': [found('../../etc', '', ''), found('1.2', '', '')],
    '/rs/studies/1.2/series': [found('1.2', '..', ''), found('1.2', '1.3', '')],
    '/rs/studies/1.2/series/1.3/instances': ['../x', '1.4/../../x', '1.5-A', '1.4'].map((uid) =>
      found('1.2', '1.3', uid),
    ),
  }
  const store = await storeOf((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://service')
    const page = searchParams.has('offset') ? [] : (matches[pathname] ?? [])
    response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(page))
  })
  const listed: Entry[] = []
  const refused: string[] = []
  for await (const entry of store.list({}, { onRefused: (name) => refused.push(name) })) listed.push(entry)
  expect(listed.map(({ path }) => path)).toEqual(['studies/1.2/series/1.3/instances/1.4'])
  expect(refused).toHaveLength(5)
})

/** A service of one study with two series, whose first one has more instances than it lists, as long as it is so `short`. */
function shortService(short: () => boolean): Answering {
  const count = (series: string, told: number): DicomJson => ({
    ...found('1.2', series, ''),
    '00201209': { vr: 'IS', Value: [told] },
  })
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://service')
    if (pathname.endsWith('.1') || pathname.endsWith('.3.2')) {
      response.writeHead(404).end()
      return
    }
    const matches: Record<string, readonly DicomJson[]> = {
      '/rs/studies': [found('1.2', '', '')],
      '/rs/studies/1.2/series': [
        count('1.3', searchParams.has('SeriesInstanceUID') && !short() ? 2 : 25),
        count('1.4', 1),
      ],
      '/rs/studies/1.2/series/1.3/instances': [found('1.2', '1.3', '1.3.1'), found('1.2', '1.3', '1.3.2')],
      '/rs/studies/1.2/series/1.4/instances': [found('1.2', '1.4', '1.4.1')],
    }
    const page = searchParams.has('offset') ? [] : (matches[pathname] ?? [])
    response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(page))
  }
}

test('a series of which fewer instances are listed than the service says is told, and the rest goes on', async () => {
  let short = true
  const store = await storeOf(shortService(() => short))
  const refused: [string, string][] = []
  const list = async () => {
    const paths: string[] = []
    const onRefused = (name: string, why: GantryError) => void refused.push([name, why.code])
    for await (const { path } of store.list({}, { onRefused })) paths.push(path.split('/').at(-1) ?? '')
    return paths
  }
  expect(await list()).toEqual(['1.3.1', '1.3.2', '1.4.1'])
  expect(refused).toEqual([['./studies/1.2/series/1.3/', 'integrity']])
  // One that has become shorter meanwhile has lost nothing.
  short = false
  refused.length = 0
  expect(await list()).toEqual(['1.3.1', '1.3.2', '1.4.1'])
  expect(refused).toEqual([])
})

test('who fetches all of a study learns that there is more of it, when the rest has come', async () => {
  const root = await serviceOf(shortService(() => true))
  const client = dicomwebClient({ root, profile: 'generic' })
  onTestFinished(() => client.close())
  const given: string[] = []
  const fetching = async () => {
    for await (const { instance } of client.fetchInstances({ study: '1.2' })) given.push(instance)
  }
  await expect(fetching()).rejects.toMatchObject({ code: 'integrity' })
  expect(given.toSorted()).toEqual(['1.3.1', '1.3.2', '1.4.1'])
})

test('another instance than the one that was asked for is none', async () => {
  const [one, other] = (await instances(2, 71)) as [TestInstance, TestInstance]
  const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' }
  const body = multipartOf([{ headers: { 'Content-Type': 'application/dicom' }, body: Buffer.from(one.bytes) }], 'b')
  const store = await storeOf((_request, response) => void response.writeHead(200, headers).end(body))
  const pathTo = ({ entry, uid }: TestInstance) =>
    `studies/${entry.image?.studyInstanceUID}/series/${entry.image?.seriesInstanceUID}/instances/${uid}`
  const { body: right } = await store.read(pathTo(one))
  expect(Buffer.from(await collect(right)).equals(one.bytes)).toBe(true)
  await expect(store.read(pathTo(other))).rejects.toMatchObject({ code: 'integrity' })
})

test.each([
  [
    'its place among patients',
    [
      [0x00090010, 'LO', 'ACME'],
      [0x00091001, 'OB', new Uint8Array(3_000_000)],
    ] as const,
  ],
  ['its frames', [[0x00204000, 'UT', 'x'.repeat(3_000_000)]] as const],
])('an instance with much before %s comes by itself and with its series', async (_name, long) => {
  const uids = { study: '1.2', series: '1.3', instance: '1.4' }
  const dataSet = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'] as const,
    [0x00080018, 'UI', uids.instance] as const,
    [0x0020000d, 'UI', uids.study] as const,
    [0x0020000e, 'UI', uids.series] as const,
    ...long,
    [0x7fe00010, 'OB', new Uint8Array(10)] as const,
  ].toSorted(([a], [b]) => a - b)
  const bytes = writeDicom({ dataSet })
  const driver = dicomweb({
    root: await serviceOf((_request, response) => {
      response.writeHead(200, { 'content-type': boundary }).end(partOf(bytes))
    }),
    profile: 'generic',
  })
  onTestFinished(async () => await driver.close?.())
  const { body } = await new Store(driver).read(pathOf(uids))
  expect((await collect(body)).length).toBe(bytes.length)
  for await (const one of fetchOf(driver, [pathOf(uids)])) {
    if ('error' in one) throw one.error
    expect((await collect(one.body)).length).toBe(bytes.length)
  }
})

test('an instance that holds back for too long which one it is, is not said to be another', async () => {
  const dataSet = [
    [0x00080018, 'UI', '1.4'],
    [0x0020000d, 'UI', '1.2'],
    [0x0020000e, 'UI', '1.3'],
  ] as const
  const meta = [
    [0x00020010, 'UI', '1.2.840.10008.1.2.1'],
    [0x00020102, 'OB', new Uint8Array(2_000_000)],
  ] as const
  const bytes = writeDicom({ dataSet, meta })
  const store = await storeOf((_request, response) => {
    response.writeHead(200, { 'content-type': boundary }).end(partOf(bytes))
  })
  const path = pathOf({ study: '1.2', series: '1.3', instance: '1.4' })
  await expect(store.read(path)).rejects.toMatchObject({ code: 'unsupported', retryable: false })
})

const boundary = 'multipart/related; type="application/dicom"; boundary=b'
const partOf = (body: Uint8Array) =>
  multipartOf([{ headers: { 'Content-Type': 'application/dicom' }, body: Buffer.from(body) }], 'b')

test.each([
  ['a page to sign in', 200, 'text/html', () => '<html>Please sign in</html>'],
  ['an error', 200, 'application/json', () => '{"error":"quota"}'],
  ['no bytes', 200, 'application/dicom', () => ''],
  ['nothing', 204, undefined, () => undefined],
  ['an empty part', 200, boundary, () => partOf(Buffer.from(''))],
  ['a page as a part', 200, boundary, () => partOf(Buffer.from('<html>Please sign in</html>'))],
  ['some of it', 206, 'application/dicom', (bytes: Uint8Array) => bytes.subarray(0, 4000)],
  ['some of it, in a part that is whole', 200, boundary, (bytes: Uint8Array) => partOf(bytes.subarray(0, 4000))],
])('%s is no instance', async (_name, status, type, answer) => {
  const [one] = (await instances(1, 71)) as [TestInstance]
  const body = answer(one.bytes)
  const store = await storeOf((_request, response) => {
    const length = body === undefined ? {} : { 'content-length': body.length }
    response.writeHead(status, { ...(type !== undefined && { 'content-type': type }), ...length }).end(body)
  })
  const { studyInstanceUID, seriesInstanceUID } = one.entry.image ?? {}
  const path = `studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${one.uid}`
  const failed = { code: expect.stringMatching(status === 206 ? /^unsupported$/u : /^(?:integrity|unavailable)$/u) }
  await expect(store.read(path).then(async ({ body: bytes }) => await collect(bytes))).rejects.toMatchObject(failed)
})

test.each([true, false])('an instance in lines that end with LF, of which the length is told: %s', async (measured) => {
  const [one] = (await instances(1, 71)) as [TestInstance]
  const length = measured ? `Content-Length: ${one.bytes.length}\n` : ''
  const body = Buffer.concat([
    Buffer.from(`\n--b\nContent-Type: application/dicom\n${length}\n`),
    one.bytes,
    Buffer.from('\n--b--\n'),
  ])
  const store = await storeOf((_request, response) => {
    response.writeHead(200, { 'content-type': boundary }).end(body)
  })
  const { studyInstanceUID, seriesInstanceUID } = one.entry.image ?? {}
  const read = await store.read(`studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${one.uid}`)
  expect(Buffer.from(await collect(read.body)).equals(one.bytes)).toBe(true)
})

test('a page to sign in at is nothing that a storage has, whatever is asked for', async () => {
  const root = await serviceOf((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><html>Please sign in</html>')
  })
  const store = new Store(dicomweb({ root, profile: 'generic' }))
  const client = dicomwebClient({ root, profile: 'generic' })
  onTestFinished(async () => {
    client.close()
    await store.close()
  })
  const uids = { study: '1.2', series: '1.3', instance: '1.4' }
  const said = { code: 'unavailable', message: expect.stringContaining('sign in') }
  const metadata = async () => {
    for await (const dataSet of client.retrieveMetadata(uids)) expect(dataSet).toBe(undefined)
  }
  await expect(store.stat(pathOf(uids))).rejects.toMatchObject(said)
  await expect(store.read(pathOf(uids))).rejects.toMatchObject(said)
  await expect(store.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject(said)
  await expect(metadata()).rejects.toMatchObject(said)
})

test.each(['HTTP/1.1 200 OK', 'HTTP/1.0 200 OK'])('an answer that only its connection ends: %s', async (status) => {
  const [one] = (await instances(1, 71)) as [TestInstance]
  const { studyInstanceUID, seriesInstanceUID } = one.entry.image ?? {}
  const path = `studies/${studyInstanceUID}/series/${seriesInstanceUID}/instances/${one.uid}`
  let length = one.bytes.length
  const store = await storeOf(({ socket }) => {
    socket.write(`${status}\r\nContent-Type: application/dicom\r\n\r\n`)
    socket.end(one.bytes.subarray(0, length))
  })
  const whole = await store.read(path)
  expect(Buffer.from(await collect(whole.body)).equals(one.bytes)).toBe(true)
  length -= 1
  const cut = await store.read(path)
  await expect(collect(cut.body)).rejects.toMatchObject({ code: 'integrity', retryable: true })
})

test('an instance that never comes keeps none of the others from being asked for', async () => {
  const all = await instances(5, 71)
  const paths = all.map(({ entry: { image }, uid }) =>
    pathOf({ study: image?.studyInstanceUID ?? '', series: image?.seriesInstanceUID ?? '', instance: uid }),
  )
  const root = await serviceOf((request, response) => {
    const index = paths.findIndex((path) => request.url?.endsWith(path))
    if (index === 2) return
    response.writeHead(200, { 'content-type': boundary }).end(partOf(all[index]?.bytes ?? Buffer.from('')))
  })
  const driver = dicomweb({ root, profile: 'generic' })
  onTestFinished(async () => await driver.close?.())
  const given: string[] = []
  for await (const one of fetchOf(driver, paths)) {
    if ('error' in one) throw one.error
    await collect(one.body)
    given.push(one.entry.path)
    if (given.length === 4) break
  }
  expect(given.toSorted()).toEqual(paths.filter((_, index) => index !== 2).toSorted())
})

test('a service that accepts and never answers does not keep a listing for ever', { timeout: 20_000 }, async () => {
  const root = await serviceOf(() => {})
  const store = new Store(dicomweb({ root, profile: 'generic', stallSeconds: 1 }))
  onTestFinished(async () => await store.close())
  const silent = { code: 'timeout', retryable: true }
  await expect(store.list()[Symbol.asyncIterator]().next()).rejects.toMatchObject(silent)
})

test('a redirect is not followed, and said to be one', async () => {
  const asked: string[] = []
  const store = await storeOf((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  const listing = store.list()[Symbol.asyncIterator]()
  await expect(listing.next()).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('redirect') })
  expect(asked.filter((url) => url.includes('elsewhere'))).toEqual([])
})
