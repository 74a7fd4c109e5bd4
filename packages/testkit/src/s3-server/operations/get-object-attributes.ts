import { type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { integerOf } from '../protocol/request.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { XmlContent } from '../protocol/write-xml.ts'
import type { ObjectVersion } from '../state/version.ts'
import { requireObject, versionHeader } from '../state/versions.ts'
import { checksumElements } from './commit-object.ts'
import { bucketOf, type S3Context } from './context.ts'
import { longestPage } from './list-objects.ts'

export function getObjectAttributes(context: S3Context): S3Answer {
  const { headers, key, query } = context.request
  const bucket = bucketOf(context)
  const version = requireObject(bucket, key, query.get('versionId'))
  const wanted = new Set((headers.get('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim()))
  if (wanted.has('')) throw new S3Error('InvalidArgument', { message: 'x-amz-object-attributes is required' })
  return xmlAnswer(
    'GetObjectAttributesResponse',
    {
      ETag: wanted.has('ETag') ? version.etag : undefined,
      Checksum: wanted.has('Checksum') && version.checksum ? checksumElements(version.checksum) : undefined,
      ObjectParts: wanted.has('ObjectParts') ? objectParts(version, headers) : undefined,
      StorageClass: wanted.has('StorageClass') ? version.storageClass : undefined,
      ObjectSize: wanted.has('ObjectSize') ? version.bytes.size : undefined,
    },
    { 'last-modified': new Date(version.modified).toUTCString(), ...versionHeader(bucket, version.versionId) },
  )
}

function objectParts(version: ObjectVersion, headers: ReadonlyMap<string, string>): XmlContent {
  const { parts, checksum } = version
  if (!parts) return undefined
  // Without checksums S3 tells how many parts there were, but not which.
  if (!checksum) return { PartsCount: parts.length }
  const marker = integerOf(headers.get('x-amz-part-number-marker'), 0, 0, 10_000)
  const limit = integerOf(headers.get('x-amz-max-parts'), longestPage, 1, longestPage)
  const rest = parts.filter((part) => part.number > marker)
  const shown = rest.slice(0, limit)
  return {
    PartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: shown.at(-1)?.number ?? marker,
    MaxParts: limit,
    IsTruncated: shown.length < rest.length,
    Part: shown.map((part) => ({
      PartNumber: part.number,
      Size: part.size,
      [`Checksum${checksum.algorithm}`]: part.checksum,
    })),
  }
}
