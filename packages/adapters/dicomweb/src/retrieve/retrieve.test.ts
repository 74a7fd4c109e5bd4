import { collect } from '@gantry/core'
import { multipartOf, type TestPart } from '@gantry/testkit/bodies'
import { describe, expect, test } from 'vitest'

import { type DicomwebClient, dicomwebClient } from '../index.ts'
import { instances, type TestInstance } from '../testing/instances.ts'

const instance = { study: '1.2', series: '1.2.3', instance: '1.2.3.4' }
const boundary = '73'.padEnd(73, '-x')
const related = (type: string) => ({ 'content-type': `multipart/related; type="${type}"; boundary=${boundary}` })
const file = (text: string): TestPart => ({ headers: { 'Content-Type': 'application/dicom' }, body: Buffer.from(text) })

function rig(body: Buffer | string | null, headers: Record<string, string>, status = 200) {
  const seen: { url: string; accept: string | null; authorization: string | null }[] = []
  const fetch = async (url: string, init: RequestInit) => {
    const sent = new Headers(init.headers)
    seen.push({ url, accept: sent.get('accept'), authorization: sent.get('authorization') })
    return new Response(body as Uint8Array<ArrayBuffer> | string | null, { status, headers })
  }
  return { seen, client: dicomwebClient({ root: 'https://pacs.test/dicom-web', fetch, token: 'secret' }) }
}

const textOf = async ({ body }: { body: AsyncIterable<Uint8Array> }) => Buffer.from(await collect(body)).toString()

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = []
  for await (const value of values) found.push(value)
  return found
}

async function textsOf(parts: AsyncIterable<{ body: AsyncIterable<Uint8Array> }>): Promise<string[]> {
  const texts: string[] = []
  for await (const part of parts) texts.push(await textOf(part))
  return texts
}

describe('an instance', () => {
  test('comes as it is kept, unless another transfer syntax is asked for', async () => {
    const { seen, client } = rig(multipartOf([file('one')], boundary), related('application/dicom'))
    const part = await client.retrieveInstance(instance)
    expect(part).toMatchObject({ contentType: 'application/dicom', size: undefined })
    expect(await textOf(part)).toBe('one')
    await textOf(await client.retrieveInstance(instance, { transferSyntax: '1.2.840.10008.1.2.1' }))
    expect(seen.map(({ accept }) => accept)).toEqual([
      'multipart/related; type="application/dicom"; transfer-syntax=*',
      'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1',
    ])
    await expect(client.retrieveInstance(instance, { transferSyntax: '1.2\r\nx: y' })).rejects.toMatchObject({
      code: 'invalid',
    })
  })

  test('is taken as a single part, where the end of that is certain', async () => {
    const single = { 'content-type': 'application/dicom; transfer-syntax=1.2.3' }
    const { client } = rig('one', { ...single, 'content-length': '3' })
    const part = await client.retrieveInstance(instance)
    expect(part).toMatchObject({ size: 3, transferSyntax: '1.2.3' })
    expect(await textOf(part)).toBe('one')
  })

  test('is asked for in the form that the service gives, which is remembered', async () => {
    const accepts: string[] = []
    const takes = (pattern: RegExp) => async (_url: string, init: RequestInit) => {
      const accept = new Headers(init.headers).get('accept') ?? ''
      accepts.push(accept)
      if (!pattern.test(accept)) return new Response('not acceptable', { status: 406 })
      return new Response('one', { headers: { 'content-type': 'application/dicom', 'content-length': '3' } })
    }
    const root = 'https://pacs.test/dicom-web'
    const bare = dicomwebClient({ root, fetch: takes(/^application\/dicom; transfer-syntax=\*$/u) })
    for (let time = 0; time < 2; time += 1) expect(await textOf(await bare.retrieveInstance(instance))).toBe('one')
    const form = 'application/dicom; transfer-syntax=*'
    expect(accepts).toEqual(['multipart/related; type="application/dicom"; transfer-syntax=*', form, form])
    const plain = takes(/^multipart\/related; type="application\/dicom"$/u)
    await expect(dicomwebClient({ root, fetch: plain }).retrieveInstance(instance)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('transferSyntax "default"') as string,
    })
    const asGiven = dicomwebClient({ root, fetch: plain, transferSyntax: 'default' })
    expect(await textOf(await asGiven.retrieveInstance(instance))).toBe('one')
    accepts.length = 0
    const aws = dicomwebClient({ root, profile: 'aws', fetch: takes(/./u) })
    expect(await textOf(await aws.retrieveInstance(instance))).toBe('one')
    expect(accepts).toEqual([form])
  })

  test('of which nothing but the end of the connection tells the end is whole where its pixel data are', async () => {
    const [one] = (await instances(1, 71)) as [TestInstance]
    const bytes = Buffer.from(one.bytes)
    const closing = { 'content-type': 'application/dicom', connection: 'close' }
    const whole = await rig(bytes, closing).client.retrieveInstance(instance)
    expect(Buffer.from(await collect(whole.body)).equals(bytes)).toBe(true)
    for (const [body, code] of [
      [bytes.subarray(0, bytes.length - 1), 'integrity'],
      [Buffer.from('one'), 'unavailable'],
    ] as const) {
      const part = await rig(body, closing).client.retrieveInstance(instance)
      await expect(collect(part.body)).rejects.toMatchObject({ code, retryable: true })
    }
  })

  test('that is cut off within a part that is whole fails at its end', async () => {
    const [one] = (await instances(1, 71)) as [TestInstance]
    const cut: TestPart = { ...file(''), body: Buffer.from(one.bytes.subarray(0, 3000)) }
    const { client } = rig(multipartOf([cut], boundary), related('application/dicom'))
    const part = await client.retrieveInstance(instance)
    await expect(collect(part.body)).rejects.toMatchObject({ code: 'integrity' })
    await expect(textsOf(client.retrieveSeries(instance))).rejects.toMatchObject({ code: 'integrity' })
  })

  test.each([
    ['another one behind it', [file('one'), file('two')], 0, 'integrity'],
    ['nothing behind it, not even an end', [file('one')], 4, 'unavailable'],
  ] as const)('with %s fails at its end', async (_name, parts, less, code) => {
    const bytes = multipartOf(parts, boundary)
    const { client } = rig(bytes.subarray(0, bytes.length - less), related('application/dicom'))
    const { body } = await client.retrieveInstance(instance)
    expect(Buffer.from((await body.next()).value as Uint8Array).toString()).toBe('one')
    await expect(body.next()).rejects.toMatchObject({ code })
  })

  test('that is none, or has no boundary', async () => {
    const empty = rig(multipartOf([], boundary), related('application/dicom'))
    await expect(empty.client.retrieveInstance(instance)).rejects.toMatchObject({ code: 'integrity' })
    const odd = rig('', { 'content-type': 'multipart/related; type="application/dicom"' })
    await expect(odd.client.retrieveInstance(instance)).rejects.toMatchObject({ code: 'integrity' })
  })
})

test('a series that is cut off between two parts fails', async () => {
  const bytes = multipartOf([file('one'), file('two'), file('three')], boundary)
  const whole = rig(bytes, related('application/dicom'))
  expect(await textsOf(whole.client.retrieveSeries(instance))).toEqual(['one', 'two', 'three'])
  expect(whole.seen[0]?.url).toBe('https://pacs.test/dicom-web/studies/1.2/series/1.2.3')
  const cut = rig(bytes.subarray(0, bytes.lastIndexOf('\r\n--')), related('application/dicom'))
  await expect(textsOf(cut.client.retrieveStudy(instance))).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
  })
})

const html = { 'content-type': 'text/html; charset=utf-8', 'content-length': '11' }
const ways = [
  ['an instance', async (client: DicomwebClient) => await textOf(await client.retrieveInstance(instance))],
  ['a series', async (client: DicomwebClient) => await textsOf(client.retrieveSeries(instance))],
  ['a frame', async (client: DicomwebClient) => await textsOf(client.retrieveFrames(instance, [1]))],
  ['bulk data', async (client: DicomwebClient) => await textOf(await client.retrieveBulkData('bulk/1'))],
  ['a picture', async (client: DicomwebClient) => await textOf(await client.retrieveRendered(instance))],
] as const

describe.each(ways)('%s', (_name, retrieve) => {
  test.each([
    ['a page to sign in', 200, 'Sign in now', html, 'unavailable'],
    ['an error in JSON', 200, '{"error":1}', { 'content-type': 'application/problem+json' }, 'unavailable'],
    ['what does not say what it is', 200, Buffer.from('--b\r\n\r\nx\r\n--b--'), {}, 'unsupported'],
    ['nothing', 204, null, {}, 'integrity'],
    ['a part that nobody asked for', 206, 'x', { 'content-type': 'application/octet-stream' }, 'unsupported'],
  ] as const)('is never %s (%i)', async (_what, status, body, headers, code) => {
    const { client } = rig(body, headers, status)
    await expect(retrieve(client)).rejects.toMatchObject({ code, retryable: code !== 'unsupported' })
  })
})

test('what has nothing but the end of the connection for an end is no frame, and no bulk data', async () => {
  const { client } = rig('one', { 'content-type': 'application/octet-stream', connection: 'close' })
  const endless = { code: 'unavailable', retryable: true }
  await expect(textsOf(client.retrieveFrames(instance, [1]))).rejects.toMatchObject(endless)
  await expect(client.retrieveBulkData('bulk/1')).rejects.toMatchObject(endless)
  await expect(client.retrieveRendered(instance)).rejects.toMatchObject(endless)
})

test('words are given to whoever asked for words, and a series of which the service left some out is told', async () => {
  const { client } = rig('Report', { 'content-type': 'text/plain', 'content-length': '6' })
  expect(await textOf(await client.retrieveRendered(instance, { mediaType: 'text/plain' }))).toBe('Report')
  const some = rig(multipartOf([file('one')], boundary), related('application/dicom'), 206)
  const parts = some.client.retrieveSeries(instance)
  expect(await textOf((await parts.next()).value as never)).toBe('one')
  await expect(parts.next()).rejects.toMatchObject({ code: 'integrity' })
})

test('frames are as many as were asked for', async () => {
  const type = 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1'
  const { seen, client } = rig(multipartOf([file('one'), file('two')], boundary), related(type))
  expect(await textsOf(client.retrieveFrames(instance, [1, 7], { transferSyntax: '*' }))).toEqual(['one', 'two'])
  expect(seen[0]).toMatchObject({
    url: 'https://pacs.test/dicom-web/studies/1.2/series/1.2.3/instances/1.2.3.4/frames/1,7',
    accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*',
  })
  for (const frames of [[1], [1, 2, 3]]) {
    await expect(textsOf(client.retrieveFrames(instance, frames))).rejects.toMatchObject({ code: 'integrity' })
  }
  await expect(textsOf(client.retrieveFrames(instance, [0]))).rejects.toMatchObject({ code: 'invalid' })
  expect(await textsOf(client.retrieveFrames(instance, []))).toEqual([])
})

test('frames that say that they are others than those that are due fail, and what says nothing of use is taken in order', async () => {
  const at = (text: string, location: string): TestPart => ({
    headers: { 'Content-Type': 'application/octet-stream', 'Content-Location': location },
    body: Buffer.from(text),
  })
  const framesOf = async (first: string, second: string) => {
    const parts = multipartOf([at('one', first), at('two', second)], boundary)
    return await textsOf(rig(parts, related('application/octet-stream')).client.retrieveFrames(instance, [1, 7]))
  }
  expect(await framesOf('https://pacs.test/instances/1/frames/1', '/frames/7?x=1')).toEqual(['one', 'two'])
  expect(await framesOf('https://pacs.test/instances/1/frames/1,7', 'frames/8')).toEqual(['one', 'two'])
  await expect(framesOf('/frames/7', '/frames/1')).rejects.toMatchObject({ code: 'integrity' })
})

test('bulk data are asked for at the service, and nowhere else', async () => {
  const { seen, client } = rig(multipartOf([file('one')], boundary), related('application/octet-stream'))
  const uri = 'https://pacs.test/dicom-web/studies/1.2/bulk/7fe00010?part=1#x'
  expect(await textOf(await client.retrieveBulkData(uri))).toBe('one')
  await textOf(await client.retrieveBulkData('studies/1.2/bulk/1'))
  expect(seen.map(({ url }) => url)).toEqual([uri.replace('#x', ''), 'https://pacs.test/dicom-web/studies/1.2/bulk/1'])
  expect(seen[0]?.authorization).toBe('Bearer secret')
  for (const elsewhere of ['https://other.test/1', '//other.test/1', 'http://pacs.test/1', 'https://u:p@pacs.test/1']) {
    await expect(client.retrieveBulkData(elsewhere)).rejects.toMatchObject({ code: 'permission_denied' })
  }
  expect(seen).toHaveLength(2)
})

test('metadata are told one by one', async () => {
  const sets = [{ '00080018': { vr: 'UI', Value: ['1.2.3.4'] } }, {}]
  const { seen, client } = rig(JSON.stringify(sets), { 'content-type': 'application/dicom+json' })
  expect(await all(client.retrieveMetadata({ study: '1.2', series: '1.2.3' }))).toEqual(sets)
  expect(seen[0]).toMatchObject({
    url: 'https://pacs.test/dicom-web/studies/1.2/series/1.2.3/metadata',
    accept: 'application/dicom+json',
  })
  for (const [body, code] of [
    ['[1]', 'integrity'],
    ['', 'unavailable'],
  ] as const) {
    await expect(all(rig(body, {}).client.retrieveMetadata(instance))).rejects.toMatchObject({ code })
  }
  expect(await all(rig(null, {}, 204).client.retrieveMetadata(instance))).toEqual([])
})

test('a service that is not there', async () => {
  const fetch = async () => {
    throw new TypeError('fetch failed')
  }
  const client = dicomwebClient({ root: 'https://pacs.test', fetch })
  await expect(client.retrieveInstance(instance)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
})
