import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
  type StorageClass,
} from '@aws-sdk/client-s3'
import { afterAll, expect, test } from 'vitest'
import { startS3Server } from './index.ts'

const Bucket = 'archive'
let now = Date.now()
const server = await startS3Server({ buckets: [Bucket], now: () => now, thawTime: 1000 })
const client = new S3Client({ ...server.clientConfig, maxAttempts: 1 })

afterAll(async () => {
  client.destroy()
  await server.close()
})

const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } })
const put = async (Key: string, StorageClass: StorageClass) =>
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'hello', StorageClass }))
const restore = async (Key: string, Days = 1) =>
  await client.send(new RestoreObjectCommand({ Bucket, Key, RestoreRequest: { Days } }))
const head = async (Key: string) => await client.send(new HeadObjectCommand({ Bucket, Key }))

test('what is in Glacier is neither read nor copied before it was restored, and told about all the while', async () => {
  await put('cold', 'GLACIER')
  const get = async () => await client.send(new GetObjectCommand({ Bucket, Key: 'cold' }))
  await expect(get()).rejects.toMatchObject(refusal('InvalidObjectState', 403))
  const copy = client.send(new CopyObjectCommand({ Bucket, Key: 'warm', CopySource: 'archive/cold' }))
  await expect(copy).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
  expect(await head('cold')).toMatchObject({ StorageClass: 'GLACIER', ContentLength: 5 })
  expect((await head('cold')).Restore).toBeUndefined()
  expect((await restore('cold')).$metadata.httpStatusCode).toBe(202)
  await expect(restore('cold')).rejects.toMatchObject(refusal('RestoreAlreadyInProgress', 409))
  expect((await head('cold')).Restore).toBe('ongoing-request="true"')
  now += 1000
  expect((await head('cold')).Restore).toMatch(/^ongoing-request="false", expiry-date="\w+, /u)
  expect(await (await get()).Body?.transformToString()).toBe('hello')
  expect((await restore('cold', 3)).$metadata.httpStatusCode).toBe(200)
  now += 3 * 86_400_000
  client.config.systemClockOffset = now - Date.now()
  await expect(get()).rejects.toMatchObject(refusal('InvalidObjectState', 403))
})

test('what is not in Glacier is not restored', async () => {
  await put('warm', 'STANDARD_IA')
  await expect(restore('warm')).rejects.toMatchObject(refusal('InvalidObjectState', 403))
})
