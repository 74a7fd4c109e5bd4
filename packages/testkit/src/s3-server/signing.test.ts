import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, describe, expect, test } from 'vitest'
import { startS3Server } from './index.ts'

const Bucket = 'signing'
let offset = 0
const server = await startS3Server({ buckets: [Bucket], now: () => Date.now() + offset })
const clients: S3Client[] = []

function connect(config: Partial<S3ClientConfig> = {}): S3Client {
  const client = new S3Client({ ...server.clientConfig, maxAttempts: 1, ...config })
  clients.push(client)
  return client
}

const client = connect()
await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'content' }))

afterAll(async () => {
  for (const one of clients) one.destroy()
  await server.close()
})

interface Signed {
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  body: unknown
}

/** A client whose requests are changed after they were signed. */
function meddling(change: (request: Signed) => void): S3Client {
  const meddler = connect()
  meddler.middlewareStack.add(
    (next) => (args) => {
      change(args.request as Signed)
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  return meddler
}

const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } })
const get = () => new GetObjectCommand({ Bucket, Key: 'k' })
const put = () => new PutObjectCommand({ Bucket, Key: 'put', Body: 'twelve bytes', ContentType: 'text/plain' })

/** Answers with another clock, for as long as it takes. */
async function at<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  offset = milliseconds
  try {
    return await work()
  } finally {
    offset = 0
  }
}

describe('a signed request is refused', () => {
  test.each<[string, (request: Signed) => void, string, number]>([
    ['another path', (request) => (request.path = `/${Bucket}/other`), 'SignatureDoesNotMatch', 403],
    ['a further parameter', (request) => (request.query['versionId'] = 'x'), 'SignatureDoesNotMatch', 403],
    ['another header', (request) => (request.headers['content-type'] = 'a/b'), 'SignatureDoesNotMatch', 403],
    ['a header that was not signed', (request) => (request.headers['x-amz-meta-a'] = 'b'), 'AccessDenied', 403],
    ['another date', (request) => (request.headers['x-amz-date'] = '20200101T000000Z'), 'SignatureDoesNotMatch', 403],
    ['other bytes', (request) => (request.body = 'other bytes!'), 'XAmzContentSHA256Mismatch', 400],
    ['no payload hash', (request) => delete request.headers['x-amz-content-sha256'], 'InvalidRequest', 400],
    ['the old kind of signature', (request) => (request.headers['authorization'] = 'AWS a:b'), 'InvalidRequest', 400],
    [
      'half a signature',
      (request) => (request.headers['authorization'] = 'AWS4-HMAC-SHA256 Credential=a/b'),
      'AuthorizationHeaderMalformed',
      400,
    ],
    ['no signature', (request) => delete request.headers['authorization'], 'AccessDenied', 403],
  ])('with %s', async (_name, change, code, status) => {
    await expect(meddling(change).send(put())).rejects.toMatchObject(refusal(code, status))
  })

  test('of another key, secret or region', async () => {
    const { accessKeyId, secretAccessKey } = server.credentials
    const unknown = connect({ credentials: { accessKeyId: 'unknown', secretAccessKey } })
    await expect(unknown.send(get())).rejects.toMatchObject(refusal('InvalidAccessKeyId', 403))
    const wrong = connect({ credentials: { accessKeyId, secretAccessKey: 'wrong' } })
    await expect(wrong.send(get())).rejects.toMatchObject(refusal('SignatureDoesNotMatch', 403))
    const abroad = connect({ region: 'eu-west-1' })
    await expect(abroad.send(get())).rejects.toMatchObject(refusal('AuthorizationHeaderMalformed', 400))
  })

  test('when its clock is more than a quarter of an hour off', async () => {
    for (const minutes of [-16, 16]) {
      const skewed = at(minutes * 60_000, () => connect().send(get()))
      await expect(skewed).rejects.toMatchObject(refusal('RequestTimeTooSkewed', 403))
    }
    const close = await at(14 * 60_000, () => connect().send(get()))
    expect(await close.Body?.transformToString()).toBe('content')
  })
})

describe('a presigned URL', () => {
  const quiet = connect({ requestChecksumCalculation: 'WHEN_REQUIRED' })
  const sign = (expiresIn = 60) => getSignedUrl(quiet, get(), { expiresIn })

  test('gets and puts', async () => {
    const url = await getSignedUrl(quiet, new PutObjectCommand({ Bucket, Key: 'pre ü' }), { expiresIn: 60 })
    expect((await fetch(url, { method: 'PUT', body: Buffer.from('hello') })).status).toBe(200)
    const read = await getSignedUrl(quiet, new GetObjectCommand({ Bucket, Key: 'pre ü' }), { expiresIn: 60 })
    expect(await (await fetch(read)).text()).toBe('hello')
    expect((await fetch(read, { method: 'PUT', body: Buffer.from('x') })).status).toBe(403)
  })

  test('takes a range, which need not be signed', async () => {
    const got = await fetch(await sign(), { headers: { Range: 'bytes=1-3' } })
    expect([got.status, await got.text()]).toEqual([206, 'ont'])
  })

  test('expires', async () => {
    const url = await sign(60)
    const early = await at(59_000, () => fetch(url))
    expect(early.status).toBe(200)
    const late = await at(62_000, () => fetch(url))
    expect(late.status).toBe(403)
    expect(await late.text()).toContain('<Message>Request has expired</Message>')
  })

  test.each<[string, (url: URL) => void, number, string]>([
    [
      'another signature',
      (url) => url.searchParams.set('X-Amz-Signature', '0'.repeat(64)),
      403,
      'SignatureDoesNotMatch',
    ],
    ['another path', (url) => (url.pathname += 'x'), 403, 'SignatureDoesNotMatch'],
    ['a longer life', (url) => url.searchParams.set('X-Amz-Expires', '600'), 403, 'SignatureDoesNotMatch'],
    [
      'too long a life',
      (url) => url.searchParams.set('X-Amz-Expires', '604801'),
      400,
      'AuthorizationQueryParametersError',
    ],
    ['no date', (url) => url.searchParams.delete('X-Amz-Date'), 400, 'AuthorizationQueryParametersError'],
    [
      'a further parameter',
      (url) => url.searchParams.set('response-content-type', 'a/b'),
      403,
      'SignatureDoesNotMatch',
    ],
  ])('with %s is refused', async (_name, change, status, code) => {
    const url = new URL(await sign())
    change(url)
    const refused = await fetch(url)
    expect(refused.status).toBe(status)
    expect(await refused.text()).toContain(`<Code>${code}</Code>`)
  })

  test('does not take a content type that was not signed', async () => {
    const url = await getSignedUrl(quiet, new PutObjectCommand({ Bucket, Key: 'typed' }))
    const refused = await fetch(url, { method: 'PUT', body: 'a string has a type' })
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('<HeadersNotSigned>content-type</HeadersNotSigned>')
  })
})

describe('credentials', () => {
  const temporary = { accessKeyId: 'TEMPORARY', secretAccessKey: 'secret', sessionToken: 'token' }

  test('may be temporary', async () => {
    server.admit({ ...temporary, expiration: new Date(Date.now() + 60_000) })
    const session = connect({ credentials: temporary })
    expect(await (await session.send(get())).Body?.transformToString()).toBe('content')
    const url = await getSignedUrl(session, get(), { expiresIn: 600 })
    expect((await fetch(url)).status).toBe(200)
    await at(61_000, async () => {
      await expect(session.send(get())).rejects.toMatchObject(refusal('ExpiredToken', 400))
      expect(await (await fetch(url)).text()).toContain('<Code>ExpiredToken</Code>')
    })
  })

  test('need their token, if they have one, and no other', async () => {
    const { sessionToken, ...bare } = temporary
    for (const credentials of [bare, { ...bare, sessionToken: `other ${sessionToken}` }]) {
      await expect(connect({ credentials }).send(get())).rejects.toMatchObject(refusal('InvalidToken', 400))
    }
    const extra = connect({ credentials: { ...server.credentials, sessionToken } })
    await expect(extra.send(get())).rejects.toMatchObject(refusal('InvalidToken', 400))
  })

  test('may be for reading only', async () => {
    const credentials = { accessKeyId: 'READER', secretAccessKey: 'reader' }
    server.admit({ ...credentials, access: 'read' })
    const reader = connect({ credentials })
    await reader.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
    await reader.send(new ListObjectsV2Command({ Bucket }))
    await expect(reader.send(put())).rejects.toMatchObject(refusal('AccessDenied', 403))
  })
})

test('requests are counted by what they ask for', async () => {
  const before = server.requests.HeadObject ?? 0
  await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  expect(server.requests.HeadObject).toBe(before + 1)
})
