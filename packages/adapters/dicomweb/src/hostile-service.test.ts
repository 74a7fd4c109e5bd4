import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { collect, type DicomJson, type Entry, Store } from '@gantry/core'
import { multipartOf } from '@gantry/testkit/bodies'
import { expect, onTestFinished, test } from 'vitest'

import { dicomweb } from './node.ts'
import { instances, type TestInstance } from './testing/instances.ts'

const found = (study: string, series: string, instance: string): DicomJson => ({
  '0020000D': { vr: 'UI', Value: [study] },
  '0020000E': { vr: 'UI', Value: [series] },
  '00080018': { vr: 'UI', Value: [instance] },
})

/** A store of a service that answers as it is told to. */
async function storeOf(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Store> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rs`
  const store = new Store(dicomweb({ root, token: 'secret', profile: 'generic' }))
  onTestFinished(async () => {
    await store.close()
    server.closeAllConnections()
    server.close()
  })
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
