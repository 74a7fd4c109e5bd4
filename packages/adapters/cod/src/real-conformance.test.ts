import { randomUUID } from 'node:crypto'

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { Store } from '@gantry/core'
import { type RealS3Server, realS3Servers } from '@gantry-tooling/servers/vitest'
import { s3 } from '@gantry/s3'
import { describeStore } from '@gantry/testkit'
import { nodeHashing } from '@gantry/transfer'
import { test } from 'vitest'

import { cod } from './index.ts'

// One is enough: what the servers differ in is the matter of the S3 adapter, and of real-stores.test.ts.
const servers = await realS3Servers()
const first = servers.find(({ unavailable }) => unavailable === undefined) ?? servers[0]
if (first === undefined || first.unavailable !== undefined) {
  test.skip(`cod on a real S3 server [${first?.unavailable ?? 'there is none'}]`, () => {})
} else await describeReal(first)

async function describeReal(server: Extract<RealS3Server, { readonly unavailable?: undefined }>): Promise<void> {
  const { endpoint, region, accessKey, secretKey } = server
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey }
  // Old servers pass over conditions in silence.
  const conditional = server.features.flexibleChecksums
  const bucket = `gantry-cod-${randomUUID()}`
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { ...credentials } })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  let opened = 0
  describeStore({
    name: `cod on ${server.name}`,
    async open() {
      opened += 1
      const options = { endpoint, region, bucket, credentials, conditional, prefix: `run-${opened}/v1.0/dicomweb` }
      const open = () => cod(new Store(s3(options)), { hashing: nodeHashing })
      return { driver: open(), reopen: async () => open() }
    },
    skip: {
      'keeps two parcels apart': 'a series has one writer at a time; see locks.test.ts',
      'goes on with a parcel in another process': 'a part of S3 is longer than the samples; see real-stores.test.ts',
    },
  })
}
