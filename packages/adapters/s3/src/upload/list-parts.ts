import type { ListPartsCommandOutput } from '@aws-sdk/client-s3'
import type { Call, Digests, StoredPart, Upload } from '@gantry/core/driver'

import type { Checksum } from '../checksum/algorithm.ts'
import { S3Failure } from '../failure.ts'
import { unquote } from '../object/entry-of.ts'
import { ask } from '../service/ask.ts'
import type { Service } from '../service/service.ts'
import { checksumNamed, digestsOfFields } from './part-checksums.ts'

/**
 * Parts that S3 has, by number. S3 does not tell where a part begins: it is reckoned from the parts before it, and
 * behind a gap by taking all parts to be as long as the longest seen, as every plan makes them but for the last.
 */
export async function* listParts(
  service: Service,
  upload: Upload,
  call: Call,
): AsyncGenerator<StoredPart, void, undefined> {
  let expected = 1
  let end = 0
  let longest = 0
  for await (const page of pagesOf(service, upload, call)) {
    for (const { PartNumber: number, Size: size, ETag: etag, ...checksums } of page.Parts ?? []) {
      if (number === undefined || size === undefined || etag === undefined) continue
      longest = Math.max(longest, size)
      const offset = number === expected ? end : (number - 1) * longest
      expected = number + 1
      end = offset + size
      const digests = digestsOfFields(checksums) ?? md5Of(etag)
      yield { number, offset, size, tag: etag, ...(digests === undefined ? {} : { digests }) }
    }
  }
}

/** The checksum that an upload was begun with. */
export async function checksumOfUpload(service: Service, upload: Upload, call: Call): Promise<Checksum | undefined> {
  for await (const page of pagesOf(service, upload, call, 1)) return checksumNamed(page.ChecksumAlgorithm)
  return undefined
}

/** What S3 says when it does not know the upload; undefined when it does. */
export async function whyUnknown(service: Service, upload: Upload, call: Call): Promise<S3Failure | undefined> {
  try {
    await pagesOf(service, upload, call, 1).next()
    return undefined
  } catch (error) {
    if (error instanceof S3Failure && error.status === 404) return error
    throw error
  }
}

async function* pagesOf(
  service: Service,
  upload: Upload,
  call: Call,
  pageSize?: number,
): AsyncGenerator<ListPartsCommandOutput, void, undefined> {
  const { ListPartsCommand } = await import('@aws-sdk/client-s3')
  let marker: string | undefined
  for (;;) {
    const command = new ListPartsCommand({
      Bucket: service.settings.bucket,
      Key: service.keyOf(upload.path),
      UploadId: upload.id,
      ...(pageSize === undefined ? {} : { MaxParts: pageSize }),
      ...(marker === undefined ? {} : { PartNumberMarker: marker }),
    })
    const page = await ask(service, call, async (client, options) => await client.send(command, options))
    yield page
    const next = page.NextPartNumberMarker
    if (page.IsTruncated !== true || next === undefined || next === marker) return
    marker = next
  }
}

/** Without a checksum, the ETag is the MD5 of the part: old services know no other digest. */
function md5Of(etag: string): Digests | undefined {
  const md5 = unquote(etag) ?? ''
  return /^[0-9a-f]{32}$/u.test(md5) ? { md5 } : undefined
}
