import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningS3Server } from '../s3-server.ts'
import { rgwUnavailable } from './install-rgw.ts'
import { startRgw } from './start-rgw.ts'

const reason = await rgwUnavailable()

describe.skipIf(reason !== undefined)(`a Ceph RGW of one's own${reason ? ` [${reason}]` : ''}`, () => {
  let server: RunningS3Server
  beforeAll(async () => {
    server = await startRgw({ suite: 'bookworm' })
  }, 600_000)
  afterAll(() => server.stop())

  test('is killed and started again with what it had', async () => {
    const client = clientOf(server)
    await client.send(new CreateBucketCommand({ Bucket: 'crash' }))
    await client.send(new PutObjectCommand({ Bucket: 'crash', Key: 'kept', Body: 'still here' }))

    await server.kill9()
    await expect(fetch(server.endpoint)).rejects.toThrow('fetch failed')
    await server.restart()

    const kept = await client.send(new GetObjectCommand({ Bucket: 'crash', Key: 'kept' }))
    expect(await kept.Body?.transformToString()).toBe('still here')
  })
})

function clientOf({ endpoint, region, accessKey, secretKey }: RunningS3Server): S3Client {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey }
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true })
}
