import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'

import type { AvailableS3Server } from '@gantry-tooling/servers/vitest'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3'

import { bytesOf, collect, type Entry, type GantryError, isGantryError, Store, type StoreUploads } from '@gantry/core'
import { type S3Server, startS3Server } from '@gantry/testkit/s3-server'
import { onTestFinished } from 'vitest'

import type { S3Options } from './options.ts'
import { s3 } from './s3.ts'

/** A bucket of a real server, for one test file. */
export interface RealBucket {
  readonly options: S3Options
  /** The SDK's client, to look at the bucket by another way than ours. */
  readonly client: S3Client
  /** Removes the bucket and all in it. */
  remove(): Promise<void>
}

export async function createBucket(server: AvailableS3Server): Promise<RealBucket> {
  const { endpoint, region, accessKey, secretKey } = server
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey }
  const bucket = `gantry-s3-${randomUUID()}`
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { ...credentials },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  return {
    options: { endpoint, region, bucket, credentials },
    client,
    async remove() {
      await empty(client, bucket)
      await client.send(new DeleteBucketCommand({ Bucket: bucket }))
      client.destroy()
    },
  }
}

async function empty(client: S3Client, Bucket: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    // Not many at once by one call: old servers want an MD5 of that, which the SDK does not compute any more.
    await Promise.all(Contents.map(async ({ Key }) => await client.send(new DeleteObjectCommand({ Bucket, Key }))))
  }
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
  for (const { Key, UploadId } of Uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
  }
}

/** A store over the S3 double, for one test. */
export class DoubleRig {
  readonly server: S3Server
  readonly #opened: Store[] = []

  constructor(server: S3Server) {
    this.server = server
  }

  static async start(): Promise<DoubleRig> {
    return new DoubleRig(await startS3Server({ buckets: ['gantry'], publicBuckets: ['public'] }))
  }

  open(more: Partial<S3Options> = {}): Store {
    const { url, region, credentials } = this.server
    const store = new Store(s3({ bucket: 'gantry', endpoint: url, region, credentials, ...more }))
    this.#opened.push(store)
    return store
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map(async (store) => await store.close()))
    await this.server.close()
  }
}

/** An answer to a request: status, headers, body. */
export type StubAnswer = [status: number, headers?: { readonly [name: string]: string }, body?: string]

/** A store over a service that answers as it is told, for one test. */
export async function openStub(
  answer: (request: IncomingMessage, body: string) => StubAnswer,
  more: Partial<S3Options> = {},
): Promise<Store> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const [status, headers = {}, text = ''] = answer(request, Buffer.concat(chunks).toString())
      response.writeHead(status, headers).end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }
  const endpoint = `http://127.0.0.1:${port}`
  const store = new Store(s3({ bucket: 'bucket', endpoint, region: 'us-east-1', credentials, ...more }))
  onTestFinished(async () => {
    await store.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return store
}

/** A bucket of the double that has Object Lock, and the SDK's client, for one test. */
export async function openLocked(): Promise<{
  readonly open: (more?: Partial<S3Options>) => Store
  readonly client: S3Client
}> {
  const server = await startS3Server()
  const rig = new DoubleRig(server)
  const client = new S3Client(server.clientConfig)
  await client.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }))
  onTestFinished(async () => {
    client.destroy()
    await rig.close()
  })
  return { open: (more) => rig.open({ bucket: 'locked', ...more }), client }
}

export const hello = Buffer.from('hello')
export const large = Buffer.alloc(6 * 1024 * 1024, 'large ')

export function uploadsOf(store: Store): StoreUploads {
  if (store.uploads === undefined) throw new Error('No uploads.')
  return store.uploads
}

export async function put(store: Store, path: string, bytes: Uint8Array = hello): Promise<Entry> {
  return await store.write({ path, size: bytes.length }, bytesOf(bytes))
}

export async function get(store: Store, path: string): Promise<Uint8Array> {
  return await collect((await store.read(path)).body)
}

export async function list(store: Store): Promise<Entry[]> {
  return await entriesOf(store.list())
}

export async function entriesOf(listing: AsyncIterable<Entry>): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of listing) entries.push(entry)
  return entries
}

/** What a call fails with. */
export async function failure(call: Promise<unknown>): Promise<GantryError> {
  const error: unknown = await call.catch((thrown: unknown) => thrown)
  if (!isGantryError(error)) throw new Error(`No GantryError: ${inspect(error)}`)
  return error
}
