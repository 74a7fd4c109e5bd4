import type { ChecksumAlgorithm } from '../checksum/algorithm.ts'
import { checkRead, conditionsOf } from '../protocol/conditions.ts'
import type { ByteSpan } from '../protocol/range.ts'
import { S3Error } from '../protocol/s3-error.ts'
import { decodeUri } from '../protocol/uri.ts'
import { requireReadable } from '../state/frozen.ts'
import type { ObjectVersion } from '../state/version.ts'
import { requireObject } from '../state/versions.ts'
import { requireBucket } from '../state/world.ts'
import type { S3Context } from './context.ts'
import { type MeasuredBytes, measuredWriter } from './measured-writer.ts'

export interface CopySource {
  readonly bucket: string
  readonly key: string
  readonly version: ObjectVersion
}

/** The object that `x-amz-copy-source` names, if its conditions hold. */
export function readCopySource(context: S3Context): CopySource {
  const { headers } = context.request
  const [path = '', versionId] = (headers.get('x-amz-copy-source') ?? '').split('?versionId=')
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decodeUri(path))
  if (!match) {
    throw new S3Error('InvalidArgument', { message: 'Copy Source must mention the source bucket and key' })
  }
  const [, bucket = '', key = ''] = match
  const version = requireObject(requireBucket(context.world, bucket), key, versionId)
  if (checkRead(conditionsOf(headers, 'x-amz-copy-source-'), version) === 'not-modified') {
    throw new S3Error('PreconditionFailed')
  }
  requireReadable(version, context.world.now())
  return { bucket, key, version }
}

/** Reads a source through once, since a copy's entity tag and checksum are those of its own bytes. */
export async function copyBytes(
  context: S3Context,
  source: ObjectVersion,
  { start, end }: ByteSpan,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<MeasuredBytes> {
  const { store } = context.world
  const algorithms = new Set(algorithm ? [algorithm] : [])
  const { flipStored } = context.interference
  const sink = measuredWriter(store.create(), { algorithms, measure: !store.discards, flipStored })
  source.bytes.hold()
  try {
    for await (const chunk of source.bytes.read(start, end)) await sink.write(chunk)
    return await sink.finish()
  } catch (error) {
    await sink.abort()
    throw error
  } finally {
    await source.bytes.release()
  }
}
