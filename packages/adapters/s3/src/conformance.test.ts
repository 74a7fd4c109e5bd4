import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { describeStore, type StoreHarness } from '@gantry/testkit'
import { startS3Server } from '@gantry/testkit/s3-server'
import { afterAll } from 'vitest'

import { s3 } from './index.ts'
import type { S3Options } from './options.ts'

const server = await startS3Server({ buckets: ['gantry'] })
afterAll(async () => await server.close())

let opened = 0

function harness(more: Partial<S3Options> = {}): StoreHarness {
  opened += 1
  const options: S3Options = {
    bucket: 'gantry',
    prefix: `run ${opened}/ü`,
    endpoint: server.url,
    region: server.region,
    credentials: server.credentials,
    ...more,
  }
  return {
    driver: s3(options),
    // The server is in this process, with all that it holds.
    inMemory: true,
    reopen: async () => s3(options),
    openMissing: async () => s3({ ...options, bucket: 'no-such-bucket' }),
    openDenied: async () => s3({ ...options, credentials: 'anonymous' }),
    openUnauthenticated: async () =>
      s3({ ...options, credentials: { ...server.credentials, secretAccessKey: 'wrong' } }),
  }
}

const skip = { 'keeps the time that is given, to the millisecond': 'S3 lists its own time; see entries.test.ts' }

describeStore({ name: 's3', open: async () => harness(), skip })

// Everything that is optional, and other roads of the bytes.
const locked = 'gantry-locked'
const client = new S3Client(server.clientConfig)
await client.send(new CreateBucketCommand({ Bucket: locked, ObjectLockEnabledForBucket: true }))
client.destroy()

describeStore({
  name: 's3 with retention, storage classes and CRC64NVME',
  open: async () =>
    harness({
      bucket: locked,
      retention: 'governance',
      storageClasses: ['STANDARD', 'STANDARD_IA'],
      checksum: 'crc64nvme',
    }),
  skip,
})

describeStore({
  name: 's3 with nothing but MD5, and without conditions',
  open: async () => harness({ checksum: 'md5', conditional: false, partSize: 5 * 1024 * 1024 }),
  skip,
})
