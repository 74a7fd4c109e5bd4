import { type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { integerOf } from '../protocol/request.ts'
import type { Upload } from '../state/bucket.ts'
import { compareKeys } from '../state/key-order.ts'
import { bucketOf, type S3Context } from './context.ts'
import { longestPage } from './list-objects.ts'
import { isRolledUp, keyEncoder } from './listing-terms.ts'
import { requireUpload } from './multipart-upload.ts'
import { pageOf } from './page.ts'

export function listParts(context: S3Context): S3Answer {
  const { query } = context.request
  const upload = requireUpload(context)
  const marker = integerOf(query.get('part-number-marker'), 0, 0, 10_000)
  const limit = integerOf(query.get('max-parts'), longestPage, 0, longestPage)
  const rest = [...upload.parts.values()]
    .filter((part) => part.number > marker)
    .sort((left, right) => left.number - right.number)
  const parts = rest.slice(0, limit)
  const { checksum } = upload
  return xmlAnswer('ListPartsResult', {
    Bucket: context.request.bucket,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: parts.at(-1)?.number ?? marker,
    MaxParts: limit,
    IsTruncated: limit > 0 && parts.length < rest.length,
    StorageClass: upload.attributes.storageClass,
    ChecksumAlgorithm: checksum?.algorithm,
    ChecksumType: checksum?.type,
    Part: parts.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.modified).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.bytes.size,
      ...(checksum && { [`Checksum${checksum.algorithm}`]: part.checksum }),
    })),
  })
}

/** By key, then by the time they were begun. */
function compareUploads(left: Upload, right: Upload): number {
  return compareKeys(left.key, right.key) || left.started - right.started || compareKeys(left.id, right.id)
}

function uploadsAfter(sorted: Upload[], keyMarker: string, idMarker: string): Upload[] {
  const marker = sorted.findIndex((upload) => upload.key === keyMarker && upload.id === idMarker)
  if (marker !== -1) return sorted.slice(marker + 1)
  // The one that was listed last may have ended since: the others of its key are listed again rather than missed.
  return sorted.filter((upload) => compareKeys(upload.key, keyMarker) > (idMarker === '' ? 0 : -1))
}

export function listMultipartUploads(context: S3Context): S3Answer {
  const { query } = context.request
  const bucket = bucketOf(context)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const keyMarker = query.get('key-marker') ?? ''
  const idMarker = query.get('upload-id-marker') ?? ''
  const limit = integerOf(query.get('max-uploads'), longestPage, 1, longestPage)
  const encode = keyEncoder(query)
  const listed = isRolledUp(query, keyMarker) ? keyMarker : undefined
  const entries = uploadsAfter([...bucket.uploads.values()].sort(compareUploads), keyMarker, idMarker)
  const { items, truncated } = pageOf(entries, ({ key }) => key, { prefix, delimiter, limit, listed })
  const last = truncated ? items.at(-1) : undefined
  return xmlAnswer('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: last && encode(last.kind === 'entry' ? last.entry.key : last.prefix),
    NextUploadIdMarker: last?.kind === 'entry' ? last.entry.id : undefined,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: query.get('encoding-type'),
    MaxUploads: limit,
    IsTruncated: truncated,
    Upload: items.flatMap((item) =>
      item.kind === 'entry'
        ? [
            {
              Key: encode(item.entry.key),
              UploadId: item.entry.id,
              Initiated: new Date(item.entry.started).toISOString(),
              StorageClass: item.entry.attributes.storageClass,
              ChecksumAlgorithm: item.entry.checksum?.algorithm,
              ChecksumType: item.entry.checksum?.type,
            },
          ]
        : [],
    ),
    CommonPrefixes: items.flatMap((item) => (item.kind === 'prefix' ? [{ Prefix: encode(item.prefix) }] : [])),
  })
}
