import { createHash } from 'node:crypto'

import { PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3'
import { cod } from '@gantry/cod'
import { bytesOf, Store } from '@gantry/core'
import { s3 } from '@gantry/s3'
import { phantom } from '@gantry/testkit/phantom'
import { type S3Server, startS3Server } from '@gantry/testkit/s3-server'

export interface CodBucket {
  readonly server: S3Server
  readonly studies: readonly string[]
  /** SHA-256 of each file, by where a download puts it. */
  readonly digests: Readonly<Record<string, string>>
  /** The one that is large, and its bytes. */
  readonly large: { readonly file: string; readonly tar: RegExp; readonly size: number }
}

export const bucketName = 'public-studies'
const root = 'v1/dicomweb'

/** A public bucket on this machine with two studies as cloud optimized DICOM, which pages of any origin may read. */
export async function codBucket(): Promise<CodBucket> {
  const server = await startS3Server({ publicBuckets: [bucketName] })
  const { endpoint, region, credentials } = server.clientConfig
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials })
  const rule = { AllowedOrigins: ['*'], AllowedMethods: ['GET', 'HEAD'], AllowedHeaders: ['range', 'authorization'] }
  await client.send(new PutBucketCorsCommand({ Bucket: bucketName, CORSConfiguration: { CORSRules: [rule] } }))
  client.destroy()
  const store = new Store(cod(new Store(s3({ bucket: bucketName, prefix: root, endpoint, region, credentials }))))
  const small = await put(store, { size: 32, slices: 3, series: 2, seed: 1 })
  const large = await put(store, { size: 1024, slices: 1, seed: 2 })
  const [[file, { size }] = ['', { size: 0 }]] = large.files
  const series = file.split('/')[1] ?? ''
  const all = new Map([...small.files, ...large.files])
  return {
    server,
    studies: [small.study, large.study],
    digests: Object.fromEntries([...all].map(([path, { sha256 }]) => [path, sha256])),
    large: { file, tar: new RegExp(`${series.replaceAll('.', String.raw`\.`)}\\.tar$`, 'u'), size },
  }
}

type Files = Map<string, { readonly sha256: string; readonly size: number }>

async function put(store: Store, options: Parameters<typeof phantom>[0]): Promise<{ study: string; files: Files }> {
  const bySeries = new Map<string, { path: string; bytes: Uint8Array }[]>()
  const files: Files = new Map()
  let study = ''
  for await (const { bytes, image } of phantom(options)) {
    const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = image
    study = studyInstanceUID
    const of = `${studyInstanceUID}/series/${seriesInstanceUID}`
    const path = `studies/${of}/instances/${sopInstanceUID}.dcm`
    bySeries.set(of, [...(bySeries.get(of) ?? []), { path, bytes: Uint8Array.from(bytes) }])
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    files.set(`${studyInstanceUID}/${seriesInstanceUID}/instances/${sopInstanceUID}.dcm`, {
      sha256,
      size: bytes.length,
    })
  }
  for (const images of bySeries.values()) {
    const entries = images.map(({ path, bytes }) => ({ path, size: bytes.length }))
    const parcel = await store.parcels?.open({ entries, save: async () => {} })
    for (const { path, bytes } of images) await parcel?.add({ path, size: bytes.length }, bytesOf(bytes))
    for (const outcome of (await parcel?.commit()) ?? []) if ('error' in outcome) throw outcome.error
  }
  return { study, files }
}
