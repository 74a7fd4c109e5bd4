import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, describe, expect, test } from 'vitest'
import { startS3Server } from './index.ts'

const Bucket = 'conditions'
const server = await startS3Server({ buckets: [Bucket] })
const client = new S3Client({ ...server.clientConfig, maxAttempts: 1 })

afterAll(async () => {
  client.destroy()
  await server.close()
})

const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } })
const put = (Key: string, Body: string, conditions: { IfMatch?: string; IfNoneMatch?: string } = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...conditions }))

describe('writing', () => {
  test('only what is not there yet', async () => {
    await put('new', '1', { IfNoneMatch: '*' })
    await expect(put('new', '2', { IfNoneMatch: '*' })).rejects.toMatchObject(refusal('PreconditionFailed', 412))
  })

  test('only over what is known', async () => {
    const { ETag = '' } = await put('known', '1')
    await put('known', '2', { IfMatch: ETag })
    await expect(put('known', '3', { IfMatch: ETag })).rejects.toMatchObject(refusal('PreconditionFailed', 412))
    await expect(put('unknown', '3', { IfMatch: ETag })).rejects.toMatchObject(refusal('NoSuchKey', 404))
    const remove = new DeleteObjectCommand({ Bucket, Key: 'known', IfMatch: ETag })
    await expect(client.send(remove)).rejects.toMatchObject(refusal('PreconditionFailed', 412))
  })

  test('of many writers at once exactly one is the first, and its bytes stay', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 16 }, (_, index) => put('race', `writer ${index}`, { IfNoneMatch: '*' })),
    )
    const winners = tries.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []))
    expect(winners).toHaveLength(1)
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'race' }))
    expect(await Body?.transformToString()).toBe(`writer ${winners[0]}`)
  })
})

describe('reading', async () => {
  const { ETag = '' } = await put('read', 'content')
  const { LastModified: modified = new Date(0) } = await client.send(new HeadObjectCommand({ Bucket, Key: 'read' }))
  const earlier = new Date(modified.getTime() - 60_000)
  const later = new Date(modified.getTime() + 60_000)

  test.each([
    ['If-Match', { IfMatch: ETag }],
    ['If-Match, one of several', { IfMatch: `"0", ${ETag}` }],
    ['If-None-Match', { IfNoneMatch: '"0"' }],
    ['If-Modified-Since', { IfModifiedSince: earlier }],
    ['If-Unmodified-Since', { IfUnmodifiedSince: modified }],
    ['If-Match over If-Unmodified-Since', { IfMatch: ETag, IfUnmodifiedSince: earlier }],
    ['If-None-Match over If-Modified-Since', { IfNoneMatch: '"0"', IfModifiedSince: later }],
  ])('%s holds', async (_name, conditions) => {
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'read', ...conditions }))
    expect(head.ContentLength).toBe(7)
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'read', Range: 'bytes=0-2', ...conditions }))
    expect(await got.Body?.transformToString()).toBe('con')
  })

  test.each([
    ['If-Match', { IfMatch: '"0"' }, 412],
    ['If-Unmodified-Since', { IfUnmodifiedSince: earlier }, 412],
    ['If-None-Match', { IfNoneMatch: ETag }, 304],
    ['If-Modified-Since', { IfModifiedSince: modified }, 304],
  ])('%s does not hold', async (_name, conditions, httpStatusCode) => {
    const get = new GetObjectCommand({ Bucket, Key: 'read', Range: 'bytes=0-2', ...conditions })
    await expect(client.send(get)).rejects.toMatchObject({ $metadata: { httpStatusCode } })
  })

  test('a reader never sees two versions, however often the object is written meanwhile', async () => {
    const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(400_000))
    await put('changing', bodies[0] ?? '')
    const writes = Array.from({ length: 12 }, (_, index) => put('changing', bodies[index % 3] ?? ''))
    const reads = await Promise.all(
      Array.from({ length: 24 }, async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'changing' }))
        return Body?.transformToString()
      }),
    )
    await Promise.all(writes)
    expect(reads.every((text) => bodies.includes(text ?? ''))).toBe(true)
  })
})
