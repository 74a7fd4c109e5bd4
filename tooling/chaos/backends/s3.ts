import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { rgwUnavailable, type RunningS3Server, startRgw } from '@gantry-tooling/servers'
import { Store } from '@gantry/core'
import { s3, type S3Options } from '@gantry/s3'
import { startS3Server } from '@gantry/testkit/s3-server'

import type { Backend, RunningBackend } from '../backend.ts'
import type { Network } from '../network.ts'

export const bucketName = 'gantry-chaos'

/** A bucket, and how it is reached on both ways. */
export interface Bucket {
  readonly server: string
  readonly direct: S3Options
  /** Through the network, as options of a URL. */
  readonly through: Readonly<Record<string, unknown>>
  readonly close: () => Promise<void>
}

/** The project's own server. */
export async function ownBucket(network: Network): Promise<Bucket> {
  const server = await startS3Server({ buckets: [bucketName] })
  const { url, region, credentials } = server
  const through = { endpoint: await network.through(url), region, credentials }
  return {
    server: 'S3 server of the testkit',
    direct: { bucket: bucketName, ...through, endpoint: url },
    through,
    close: async () => await server.close(),
  }
}

async function cephBucket(network: Network, suite: 'sid' | 'bookworm'): Promise<Bucket> {
  const server: RunningS3Server = await startRgw({ suite })
  const { endpoint, region, accessKey: accessKeyId, secretKey: secretAccessKey } = server
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: bucketName }))
  client.destroy()
  // What an old server does not know it passes over in silence.
  const { flexibleChecksums, conditionalComplete } = server.features
  const more = {
    ...(!flexibleChecksums && { checksum: 'md5' as const }),
    ...(!conditionalComplete && { conditional: false }),
  }
  const through = { endpoint: await network.through(endpoint), region, credentials, ...more }
  return {
    server: server.name,
    direct: { bucket: bucketName, ...through, endpoint },
    through,
    close: async () => await server.stop(),
  }
}

function running({ server, direct, through, close }: Bucket): RunningBackend {
  return {
    server,
    place: (name) => ({
      url: `s3://${bucketName}/${name}`,
      options: through,
      open: async () => await Promise.resolve(new Store(s3({ ...direct, prefix: name }))),
    }),
    data: { up: { method: 'PUT', path: /\.dcm/u }, down: { method: 'GET', path: /\.dcm/u } },
    close,
  }
}

export const s3Backend: Backend = {
  name: 's3, own server',
  adapters: ['s3'],
  start: async (network) => running(await ownBucket(network)),
}

export const rgwBackends: readonly Backend[] = (['sid', 'bookworm'] as const).map((suite) => ({
  name: `s3, Ceph ${suite}`,
  adapters: ['s3'],
  heavy: true,
  unavailable: rgwUnavailable,
  start: async (network) => running(await cephBucket(network, suite)),
}))
