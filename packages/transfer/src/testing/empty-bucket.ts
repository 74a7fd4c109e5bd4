import { randomUUID } from 'node:crypto'

import type { RealS3Server } from '@gantry-tooling/servers/vitest'
import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { Store } from '@gantry/core'
import { s3, type S3Options } from '@gantry/s3'
import { onTestFinished } from 'vitest'

import type { OnFinished } from './temporary-folder.ts'

/** A bucket of a real server, gone when the test is over. */
export async function emptyBucket(
  server: RealS3Server,
  onFinished: OnFinished = onTestFinished,
): Promise<S3Options & { readonly endpoint: string }> {
  if (server.unavailable !== undefined) throw new Error(server.unavailable)
  const { endpoint, region, accessKey, secretKey } = server
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey }
  const bucket = `gantry-transfer-${randomUUID()}`
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { ...credentials } })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  const options = { endpoint, region, bucket, credentials }
  onFinished(async () => {
    const store = new Store(s3(options))
    for await (const { path } of store.list()) await store.remove(path)
    for await (const upload of store.uploads?.unfinished() ?? []) await store.uploads?.abort(upload)
    await store.close()
    await client.send(new DeleteBucketCommand({ Bucket: bucket }))
    client.destroy()
  })
  return options
}
