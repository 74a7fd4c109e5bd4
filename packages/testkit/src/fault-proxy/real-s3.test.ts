import { createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { realS3Servers } from '@gantry-tooling/servers/vitest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

for (const server of await realS3Servers()) {
  describe.skipIf(server.unavailable !== undefined)(`between the AWS SDK and ${server.title}`, () => {
    const { endpoint = '', accessKey = '', secretKey = '' } = server.unavailable === undefined ? server : {}
    const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey }
    const options = { region: 'us-east-1', forcePathStyle: true, credentials } as const
    const Bucket = `gantry-proxy-${randomUUID()}`
    const Key = 'a key/with ä + %.dcm'
    const Body = randomBytes(1024 * 1024)
    let proxy: FaultProxy
    let direct: S3Client
    let client: S3Client

    beforeAll(async () => {
      proxy = await startFaultProxy({ target: endpoint })
      direct = new S3Client({ ...options, endpoint })
      client = new S3Client({ ...options, endpoint: proxy.url, maxAttempts: 1 })
      await direct.send(new CreateBucketCommand({ Bucket }))
    })
    afterAll(async () => {
      await direct.send(new DeleteObjectCommand({ Bucket, Key }))
      await direct.send(new DeleteBucketCommand({ Bucket }))
      client.destroy()
      direct.destroy()
      await proxy.close()
    })

    const put = (): Promise<unknown> => client.send(new PutObjectCommand({ Bucket, Key, Body }))
    const read = async (): Promise<Uint8Array | undefined> => {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket, Key }))
      return body?.transformToByteArray()
    }

    test('signatures hold, and bytes arrive', async () => {
      await put()
      const digest = createHash('sha256')
        .update((await read()) ?? '')
        .digest('hex')
      expect(digest).toBe(createHash('sha256').update(Body).digest('hex'))
    })

    test('a bit flipped on the way up is refused by the server', async () => {
      proxy.set([{ match: { method: 'PUT' }, fault: { kind: 'corrupt', direction: 'up', at: 500_000 } }])
      await expect(put()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } })
      expect(proxy.injected.at(-1)).toMatchObject({ kind: 'corrupt', at: 500_000 })
    })

    test('503, a reset, and a body cut short are seen by the client', async () => {
      proxy.set([{ fault: { kind: 'answer', status: 503, retryAfter: 1 } }])
      await expect(put()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } })
      proxy.set([{ fault: { kind: 'reset', direction: 'up', at: { sixteenths: 8 } } }])
      await expect(put()).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) })
      proxy.set([{ fault: { kind: 'truncate', at: { sixteenths: 8 } } }])
      await expect(read()).rejects.toMatchObject({ message: expect.stringMatching(/aborted/) })
    })

    test('an answer is lost after the object was stored', async () => {
      await direct.send(new DeleteObjectCommand({ Bucket, Key }))
      proxy.set([{ match: { method: 'PUT' }, fault: { kind: 'lose-answer' } }])
      await expect(put()).rejects.toMatchObject({ code: 'ECONNRESET' })
      const { ContentLength } = await direct.send(new HeadObjectCommand({ Bucket, Key }))
      expect(ContentLength).toBe(Body.length)
    })
  })
}
