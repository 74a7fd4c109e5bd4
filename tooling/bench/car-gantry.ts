import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { type Bytes, Store, toCall } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'
import { fs } from '@gantry/fs'
import { s3 } from '@gantry/s3'
import { nodeHashing } from '@gantry/transfer'
import { car, packTree } from '@gantry/w3up'

import { namesIn } from './car-files.ts'
import type { S3Server } from './s3.ts'

const archiveBucket = 'gantry-bench-car'

/** Of no use but this one, and opens at once: a passphrase would be measured as the second that it is meant to take. */
const ageSecretKey = 'AGE-SECRET-KEY-1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RUSQGPQYEE'
const call = toCall()

async function drain(body: Bytes): Promise<number> {
  let bytes = 0
  for await (const chunk of body) bytes += chunk.length
  return bytes
}

export async function packRoot(folder: string): Promise<string> {
  return await packTree(filesOf(folder))
}

/** In CARs that are named by their digests, written to where they wait. */
export async function packCars(folder: string): Promise<string> {
  return await packTree(filesOf(folder), { onShard: async () => {} })
}

/** Opened one after another, as copies open them. */
async function* filesOf(folder: string) {
  const store = new Store(fs({ root: folder }))
  for (const name of await namesIn(folder)) yield { path: name, body: (await store.read(name)).body }
}

export async function archiveAll(driver: StoreDriver, folder: string): Promise<void> {
  const store = new Store(fs({ root: folder }))
  const entries = []
  for await (const { path, size = 0 } of store.list()) entries.push({ path: pathOf(path), size, name: path })
  const parcel = await driver.parcels?.store?.({ entries, save: async () => {} }, call)
  for (const { name, ...entry } of entries) await parcel?.add(entry, (await store.read(name)).body, call)
  await parcel?.commit(call)
}

export async function archiveIn(folder: string, archive: string, plain: boolean): Promise<void> {
  const key = plain ? { public: true } : { ageSecretKey }
  await archiveAll(car(new Store(fs({ root: archive })), { ...key, hashing: nodeHashing }), folder)
}

export async function readArchive(folder: string, archive: Store, plain: boolean): Promise<number> {
  const store = new Store(car(archive, plain ? {} : { ageSecretKey }))
  let bytes = 0
  for (const name of await namesIn(folder)) bytes += await drain((await store.read(pathOf(name))).body)
  return bytes
}

/** The same bytes of the same archive, by ranges as long as the files, which nobody proves. */
export async function readPlainly(archive: Store, length: number): Promise<number> {
  let bytes = 0
  for await (const { path, size = 0 } of archive.list({ prefix: 'shards' })) {
    for (let start = 0; start < size; start += length) {
      bytes += await drain((await archive.read(path, { start, end: start + length })).body)
    }
  }
  return bytes
}

/** An archive in a folder, or in the bucket of a server whose access stands in JSON. */
export function archiveAt(where: string): Store {
  if (!where.startsWith('{')) return new Store(fs({ root: where }))
  const { endpoint, accessKey: accessKeyId, secretKey: secretAccessKey } = JSON.parse(where) as S3Server
  const credentials = { accessKeyId, secretAccessKey }
  return new Store(s3({ endpoint, bucket: archiveBucket, region: 'us-east-1', credentials }))
}

/** Brings an archive there, as it is. */
export async function bringTo(where: string, folder: string): Promise<number> {
  const { endpoint, accessKey: accessKeyId, secretKey: secretAccessKey } = JSON.parse(where) as S3Server
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: archiveBucket }))
  const [from, to] = [archiveAt(folder), archiveAt(where)]
  let files = 0
  for await (const entry of from.list()) {
    const { body } = await from.read(entry.path)
    await to.write({ path: entry.path, ...(entry.size !== undefined && { size: entry.size }) }, body)
    files += 1
  }
  return files
}

function pathOf(name: string): string {
  return `study/series/${name}`
}
