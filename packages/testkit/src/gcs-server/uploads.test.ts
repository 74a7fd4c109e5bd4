import { expect, test } from 'vitest'

import { ask, closeServersAfterEach, objectUrl, put, reasonOf, startServer } from './test-rig.ts'

closeServersAfterEach()

const quantum = 256 * 1024
const chunk = Buffer.alloc(quantum, 'chunk')

async function begin(url: string, query = '', metadata: unknown = {}): Promise<string> {
  const answer = await fetch(`${url}/upload/storage/v1/b/bucket/o?uploadType=resumable&name=big${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
  expect(answer.status).toBe(200)
  return answer.headers.get('location') ?? ''
}

async function send(uri: string, range: string, body?: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const answer = await fetch(uri, {
    method: 'PUT',
    headers: { 'content-range': range, ...headers },
    body: body ?? null,
  })
  await answer.arrayBuffer()
  return { status: answer.status, range: answer.headers.get('range') }
}

test('a resumable upload tells what it has, takes the rest, and tells its object again', async () => {
  const server = await startServer()
  const uri = await begin(server.url)
  expect(await send(uri, 'bytes */*')).toEqual({ status: 308, range: null })
  expect(await send(uri, `bytes 0-${quantum - 1}/*`, chunk)).toEqual({ status: 308, range: `bytes=0-${quantum - 1}` })
  expect(await send(uri, `bytes 0-9/*`, chunk.subarray(0, 10))).toMatchObject({ status: 400 })
  expect(await send(uri, `bytes ${2 * quantum}-${2 * quantum + 1}/*`, chunk.subarray(0, 2))).toMatchObject({
    status: 400,
  })
  expect((await ask(objectUrl(server, 'big'))).status).toBe(404)
  // What is there already may be sent again.
  expect(
    await send(uri, `bytes 0-${quantum + 4}/${quantum + 5}`, Buffer.concat([chunk, Buffer.from('hello')])),
  ).toEqual({
    status: 200,
    range: null,
  })
  expect((await send(uri, 'bytes */*')).status).toBe(200)
  const whole = await (await fetch(objectUrl(server, 'big', '?alt=media'))).text()
  expect(whole).toBe(`${chunk.toString()}hello`)
})

test('of a chunk that breaks off, multiples of 256 KiB are kept', async () => {
  const server = await startServer()
  const uri = await begin(server.url)
  const bytes = 2 * quantum + 1000
  server.fault({ operation: 'uploads.put', does: { kind: 'reset', when: 'request-body', bytes } })
  const body = Buffer.alloc(4 * quantum, 'abc')
  await expect(send(uri, `bytes 0-${body.length - 1}/${body.length}`, body)).rejects.toThrow('fetch failed')
  await expect.poll(async () => (await send(uri, 'bytes */*')).range).toBe(`bytes=0-${2 * quantum - 1}`)
  const rest = body.subarray(2 * quantum)
  expect((await send(uri, `bytes ${2 * quantum}-${body.length - 1}/${body.length}`, rest)).status).toBe(200)
})

test('conditions of a resumable upload hold when it ends, too', async () => {
  const server = await startServer()
  const uri = await begin(server.url, '&ifGenerationMatch=0')
  await put(server, 'big', 'first')
  expect((await send(uri, 'bytes 0-4/5', Buffer.from('hello'))).status).toBe(412)
  expect(await (await fetch(objectUrl(server, 'big', '?alt=media'))).text()).toBe('first')
})

test('a wrong checksum stores nothing, whichever way it comes', async () => {
  const server = await startServer()
  const wrong = { crc32c: 'AAAAAA==' }
  expect((await put(server, 'a', 'hello', '', { 'x-goog-hash': 'crc32c=AAAAAA==' })).status).toBe(400)
  expect((await put(server, 'a', 'hello', '', { 'x-goog-hash': 'md5=AAAAAAAAAAAAAAAAAAAAAA==' })).status).toBe(400)
  expect((await send(await begin(server.url, '', wrong), 'bytes 0-4/5', Buffer.from('hello'))).status).toBe(400)
  const late = { 'x-goog-hash': 'crc32c=AAAAAA==' }
  expect((await send(await begin(server.url), 'bytes 0-4/5', Buffer.from('hello'), late)).status).toBe(400)
  const listed = await (await fetch(`${server.url}/storage/v1/b/bucket/o`)).json()
  expect(listed).not.toHaveProperty('items')
  // CRC-32C of RFC 3720's kind, as GCS writes it.
  expect((await put(server, 'a', 'hello', '', { 'x-goog-hash': 'crc32c=mnG7TA==' })).told.crc32c).toBe('mnG7TA==')
})

test('a cancelled upload takes nothing more', async () => {
  const server = await startServer()
  const uri = await begin(server.url)
  expect((await fetch(uri, { method: 'DELETE' })).status).toBe(499)
  expect((await send(uri, 'bytes */*')).status).toBe(499)
})

test('uploads in parts: in any order, part by part anew, and whole only at the end', async () => {
  const server = await startServer({ minimumPartSize: 5 })
  const object = `${server.url}/bucket/folder/parts`
  const started = await fetch(`${object}?uploads`, { method: 'POST', headers: { 'x-goog-meta-a': 'b' } })
  const id = /<UploadId>(.+)<\/UploadId>/u.exec(await started.text())?.[1] ?? ''
  const putPart = async (number: number, body: string) =>
    (await fetch(`${object}?partNumber=${number}&uploadId=${id}`, { method: 'PUT', body })).headers.get('etag') ?? ''
  const second = await putPart(2, 'world')
  await putPart(1, 'other')
  const first = await putPart(1, 'hello')
  const listed = await (await fetch(`${object}?uploadId=${id}`)).text()
  expect(listed.match(/<PartNumber>\d<\/PartNumber>/gu)).toHaveLength(2)
  expect(await (await fetch(`${server.url}/bucket?uploads&prefix=folder/`)).text()).toContain(id)
  const complete = async (...etags: readonly string[]) => {
    const parts = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
    return await fetch(`${object}?uploadId=${id}`, { method: 'POST', body })
  }
  expect((await complete(second, first)).status).toBe(400)
  const { crc32c } = (await put(server, 'whole', 'helloworld')).told
  const done = await complete(first, second)
  expect([done.status, done.headers.get('x-goog-hash')]).toEqual([200, `crc32c=${crc32c}`])
  expect((await complete(first, second)).status).toBe(404)
  const got = await fetch(object)
  expect([got.headers.get('x-goog-meta-a'), await got.text()]).toEqual(['b', 'helloworld'])
})

test('one of sixteen that race to be first', async () => {
  const server = await startServer()
  const racers = Array.from(
    { length: 16 },
    async (_, index) => await put(server, 'race', `x${index}`, '&ifGenerationMatch=0'),
  )
  const answers = await Promise.all(racers)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(await reasonOf(put(server, 'race', 'x', '&ifGenerationMatch=0'))).toBe('conditionNotMet')
})
