import type { Call, Entry, NewEntry, StoredPart, Upload } from '@gantry/core/driver'

import type { Checksum } from '../checksum/algorithm.ts'
import { S3Failure } from '../failure.ts'
import { asConflict } from '../object/conflict.ts'
import { quote, unquote, versionOf } from '../object/entry-of.ts'
import { head, sizeOf } from '../object/stat.ts'
import { ask } from '../service/ask.ts'
import type { Service } from '../service/service.ts'
import { corrupted, type Expectation, expectationOf, matched } from './expectation.ts'
import { fieldsOf } from './part-checksums.ts'
import { listParts } from './list-parts.ts'

/**
 * Makes the parts one object. If S3 no longer knows the upload, the answer to an earlier call may have been lost: an
 * object that is exactly what the parts make up is then the answer.
 */
export async function complete(
  service: Service,
  upload: Upload,
  entry: NewEntry,
  parts: readonly StoredPart[],
  checksum: Checksum | undefined,
  call: Call,
): Promise<Entry> {
  const expected = expectationOf(parts, checksum)
  let version: string | undefined
  try {
    version = await publish(service, upload, entry, parts, expected, call)
  } catch (error) {
    if (!(await mayBeDone(service, upload, error, call))) throw asConflict(error, entry)
    const found = await find(service, upload.path, expected, call)
    if (found === undefined) throw asConflict(error, entry)
    return found
  }
  const { headers } = await head(service, upload.path, call)
  if (version !== undefined && versionOf(headers) !== version) {
    // Someone else wrote there meanwhile: what was published is known by its version alone.
    return { path: upload.path, size: expected.size, version }
  }
  const { verdict, entry: stored } = matched(upload.path, headers, sizeOf(headers), expected)
  if (verdict === 'different') throw corrupted()
  return stored
}

async function publish(
  service: Service,
  upload: Upload,
  entry: NewEntry,
  parts: readonly StoredPart[],
  { checksum, whole }: Expectation,
  call: Call,
): Promise<string | undefined> {
  const { CompleteMultipartUploadCommand } = await import('@aws-sdk/client-s3')
  const command = new CompleteMultipartUploadCommand({
    Bucket: service.settings.bucket,
    Key: service.keyOf(upload.path),
    UploadId: upload.id,
    MultipartUpload: {
      Parts: parts.map(({ number, tag, digests }) => ({
        PartNumber: number,
        ETag: tag,
        ...(checksum === undefined ? {} : fieldsOf(digests, checksum)),
      })),
    },
    ...(checksum !== undefined && whole !== undefined
      ? { ChecksumType: 'FULL_OBJECT', ...fieldsOf({ [checksum]: whole }) }
      : {}),
    ...(entry.ifAbsent === true ? { IfNoneMatch: '*' } : {}),
    ...(entry.ifAbsent !== true && entry.ifVersion !== undefined ? { IfMatch: quote(entry.ifVersion) } : {}),
  })
  const output = await ask(service, call, async (client, options) => await client.send(command, options))
  return unquote(output.ETag)
}

/** An upload that is gone was completed, or aborted. A condition that fails may do so because of our own object. */
async function mayBeDone(service: Service, upload: Upload, error: unknown, call: Call): Promise<boolean> {
  if (!(error instanceof S3Failure)) return false
  if (error.s3Code === 'NoSuchUpload' || error.status === 404) return true
  if (error.status !== 412) return false
  try {
    await listParts(service, upload, call).next()
    return false
  } catch (cause) {
    if (cause instanceof S3Failure && cause.status === 404) return true
    throw cause
  }
}

async function find(service: Service, path: string, expected: Expectation, call: Call): Promise<Entry | undefined> {
  try {
    const { headers } = await head(service, path, call)
    const { verdict, entry } = matched(path, headers, sizeOf(headers), expected)
    return verdict === 'same' ? entry : undefined
  } catch (error) {
    if (error instanceof S3Failure && error.status === 404) return undefined
    throw error
  }
}
