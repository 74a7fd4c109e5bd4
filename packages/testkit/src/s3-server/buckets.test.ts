import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, describe, expect, test } from 'vitest'
import { startS3Server } from './index.ts'

const server = await startS3Server({ buckets: ['private'], publicBuckets: ['public'], region: 'eu-central-1' })
const client = new S3Client({ ...server.clientConfig, maxAttempts: 1 })
for (const Bucket of ['private', 'public']) {
  await client.send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'content' }))
}

afterAll(async () => {
  client.destroy()
  await server.close()
})

const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } })

test('are made, found, and removed when they are empty', async () => {
  const Bucket = 'new-bucket'
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new HeadBucketCommand({ Bucket }))
  expect(await client.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({
    LocationConstraint: 'eu-central-1',
  })
  await expect(client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject(
    refusal('BucketAlreadyOwnedByYou', 409),
  )
  await client.send(new DeleteBucketCommand({ Bucket }))
  await expect(client.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject(refusal('NotFound', 404))
})

test('a bucket that is not there is said to be missing, by every operation', async () => {
  const Bucket = 'missing'
  const missing = refusal('NoSuchBucket', 404)
  await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(missing)
  await expect(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))).rejects.toMatchObject(missing)
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject(missing)
})

test.each(['Capital', 'a', 'two..dots', '-dash'])('a bucket cannot be called %s', async (Bucket) => {
  await expect(client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject(
    refusal('InvalidBucketName', 400),
  )
})

test('what the server does not know it says so', async () => {
  await expect(client.send(new GetBucketAclCommand({ Bucket: 'private' }))).rejects.toMatchObject(
    refusal('NotImplemented', 501),
  )
})

describe('anyone', () => {
  test('may read and list what is public', async () => {
    expect(await (await fetch(`${server.url}/public/a%20b`)).text()).toBe('content')
    expect(await (await fetch(`${server.url}/public?list-type=2`)).text()).toContain('<Key>a b</Key>')
    expect((await fetch(`${server.url}/public/none`)).status).toBe(404)
  })

  test('is refused before a body is sent, where the client waits for that', async () => {
    const headers = { expect: '100-continue', 'content-length': 10_000_000 }
    const sending = request(`${server.url}/public/new`, { method: 'PUT', headers })
    let continued = false
    sending.on('continue', () => (continued = true))
    sending.flushHeaders()
    const [answer] = (await once(sending, 'response')) as [IncomingMessage]
    expect([answer.statusCode, answer.headers.connection, continued]).toEqual([403, 'close', false])
    sending.destroy()
  })

  test('may not write there, nor read what is private', async () => {
    expect((await fetch(`${server.url}/public/new`, { method: 'PUT', body: 'x' })).status).toBe(403)
    expect((await fetch(`${server.url}/public/a%20b`, { method: 'DELETE' })).status).toBe(403)
    const refused = await fetch(`${server.url}/private/a%20b`)
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('<Code>AccessDenied</Code>')
  })
})

describe('CORS', () => {
  const Bucket = 'private'
  const CORSRules = [
    { AllowedOrigins: ['https://*.test'], AllowedMethods: ['GET', 'PUT'], AllowedHeaders: ['x-amz-*', 'content-type'] },
    { AllowedOrigins: ['*'], AllowedMethods: ['HEAD'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 60 },
  ]
  const ask = (Origin: string, method: string, headers = 'Content-Type, X-Amz-Date') =>
    fetch(`${server.url}/${Bucket}/a%20b`, {
      method: 'OPTIONS',
      headers: { Origin, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': headers },
    })

  test('is kept, and followed', async () => {
    const get = new GetBucketCorsCommand({ Bucket })
    await expect(client.send(get)).rejects.toMatchObject(refusal('NoSuchCORSConfiguration', 404))
    expect((await ask('https://app.test', 'PUT')).status).toBe(403)
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
    expect(await client.send(get)).toMatchObject({ CORSRules })

    const allowed = await ask('https://app.test', 'PUT')
    expect(allowed.status).toBe(200)
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.test')
    expect(allowed.headers.get('access-control-allow-headers')).toBe('Content-Type, X-Amz-Date')
    expect((await ask('https://app.test', 'DELETE')).status).toBe(403)
    expect((await ask('https://app.test', 'PUT', 'x-other')).status).toBe(403)
    expect((await ask('https://elsewhere.example', 'PUT')).status).toBe(403)
    const any = await ask('https://elsewhere.example', 'HEAD', '')
    expect(any.headers.get('access-control-allow-origin')).toBe('*')
    expect(any.headers.get('access-control-max-age')).toBe('60')

    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'a b' }))
    const got = await fetch(url, { headers: { Origin: 'https://app.test' } })
    expect(got.headers.get('access-control-allow-origin')).toBe('https://app.test')
    expect(await got.text()).toBe('content')
    const refused = await fetch(`${server.url}/${Bucket}/a%20b`, { headers: { Origin: 'https://app.test' } })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, 'https://app.test'])

    await client.send(new DeleteBucketCorsCommand({ Bucket }))
    expect((await ask('https://app.test', 'PUT')).status).toBe(403)
  })
})
