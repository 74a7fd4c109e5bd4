import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type S3Server, startS3Server } from './index.ts'

const Bucket = 'storage'

describe('in a folder', () => {
  const large = randomBytes(3_000_000)
  let dir = ''
  let server: S3Server
  let client: S3Client

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 's3-server-test-'))
    server = await startS3Server({ buckets: [Bucket], dir, minimumPartSize: 1 })
    client = new S3Client({ ...server.clientConfig, maxAttempts: 1 })
  })

  afterAll(async () => {
    client.destroy()
    await server.close()
    await rm(dir, { recursive: true })
  })

  const put = (Key: string, Body: Buffer) => client.send(new PutObjectCommand({ Bucket, Key, Body }))
  // A reader may still be letting go of its file when its client has all of it.
  const expectFiles = (count: number) =>
    expect.poll(async () => (await readdir(dir, { recursive: true })).length - 1, { timeout: 10_000 }).toBe(count)
  const read = async (Key: string, Range?: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }

  test('large objects are files, which go with them', async () => {
    await put('large', large)
    await put('small', large.subarray(0, 100))
    await expectFiles(1)
    expect((await read('large')).equals(large)).toBe(true)
    expect((await read('large', 'bytes=262143-1000000')).equals(large.subarray(262_143, 1_000_001))).toBe(true)
    expect((await read('small')).equals(large.subarray(0, 100))).toBe(true)
    await put('large', large.subarray(1))
    await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/large` }))
    await expectFiles(2)
    for (const Key of ['large', 'copy']) await client.send(new DeleteObjectCommand({ Bucket, Key }))
    await expectFiles(0)
  })

  test('what is refused leaves no file', async () => {
    const wrong = new PutObjectCommand({ Bucket, Key: 'wrong', Body: large, ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })
    await expect(client.send(wrong)).rejects.toMatchObject({ name: 'BadDigest' })
    await expectFiles(0)
  })

  test('a reader keeps what it began to read, though it is overwritten and deleted', async () => {
    await put('read', large)
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'read' }))
    await put('read', Buffer.alloc(large.length))
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'read' }))
    expect(large.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
  })

  test('an upload in parts is not copied', async () => {
    const Key = 'parts'
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const parts = [large.subarray(0, 1_000_000), large.subarray(1_000_000, 1_000_007), large.subarray(1_000_007)]
    const Parts = []
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))
      Parts.push({ PartNumber, ETag })
    }
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }))
    await expectFiles(2)
    expect((await read(Key)).equals(large)).toBe(true)
    expect((await read(Key, 'bytes=999999-1000010')).equals(large.subarray(999_999, 1_000_011))).toBe(true)
    await client.send(new DeleteObjectCommand({ Bucket, Key }))
    await expectFiles(0)
  })
})

test('nowhere: sizes are kept, and zeros come back', async () => {
  const server = await startS3Server({ buckets: [Bucket], discard: true })
  const client = new S3Client({ ...server.clientConfig, maxAttempts: 1, responseChecksumValidation: 'WHEN_REQUIRED' })
  const Body = randomBytes(600_000)
  const put = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body }))
  expect(put.ChecksumCRC32).toBeDefined()
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({ ContentLength: Body.length })
  const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=1-500000' }))
  expect(Buffer.alloc(500_000).equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
  client.destroy()
  await server.close()
})

describe('closing', () => {
  test('ends what is under way', async () => {
    const server = await startS3Server({ publicBuckets: [Bucket] })
    server.fault({ times: Infinity, does: { kind: 'stall', when: 'before' } })
    server.fault({ method: 'HEAD', does: { kind: 'delay', milliseconds: 600_000 } })
    const silent = fetch(`${server.url}/${Bucket}`).catch(() => 'ended')
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.on('error', () => {})
    const ended = new Promise((resolve) => socket.once('close', resolve))
    await server.close()
    expect(await silent).toBe('ended')
    await ended
  })

  test('removes what it kept in a folder', async () => {
    const dir = await mkdtemp(join(tmpdir(), 's3-server-test-'))
    const server = await startS3Server({ publicBuckets: [Bucket], dir })
    expect(await readdir(dir)).toHaveLength(1)
    await server.close()
    expect(await readdir(dir)).toEqual([])
    await rm(dir, { recursive: true })
  })

  test('a port that is taken is an error', async () => {
    const server = await startS3Server()
    const port = Number(new URL(server.url).port)
    await expect(startS3Server({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await server.close()
  })
})
