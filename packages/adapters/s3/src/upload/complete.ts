import { type Call, type Entry, GantryError, type NewEntry, type StoredPart, type Upload } from '@gantry/core/driver'

import type { Checksum } from '../checksum/algorithm.ts'
import { S3Failure } from '../failure.ts'
import { drain } from '../http/drain.ts'
import { asConflict, isConflict } from '../object/conflict.ts'
import { quote, unquote, versionOf } from '../object/entry-of.ts'
import { head, sizeOf } from '../object/stat.ts'
import { ask } from '../service/ask.ts'
import type { Service } from '../service/service.ts'
import { corrupted, type Expectation, expectationOf, matched } from './expectation.ts'
import { fieldsOf } from './part-checksums.ts'
import { whyUnknown } from './list-parts.ts'

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
  refuseGaps(parts, entry.size)
  const expected = expectationOf(parts, checksum)
  let version: string | undefined
  try {
    version = await publish(service, upload, entry, parts, expected, call)
  } catch (error) {
    const gone = await goneBecause(service, upload, error, call)
    const found = gone === undefined ? undefined : await find(service, upload.path, expected, call)
    if (found === undefined) throw asConflict(isConflict(error) ? error : (gone ?? error), entry)
    return found
  }
  const { headers } = await head(service, upload.path, call)
  if (version !== undefined && versionOf(headers) !== version) {
    // Someone else wrote there meanwhile: what was published is known by its version alone.
    return { path: upload.path, size: expected.size, version }
  }
  const { verdict, entry: stored } = matched(upload.path, headers, sizeOf(headers), expected)
  if (verdict !== 'different') return stored
  // Parts that were framed, and are kept as they came: nothing else makes an object that is longer than its parts.
  if (version !== undefined && checksum !== undefined && sizeOf(headers) > expected.size) {
    service.traits.refuseTrailers()
    const { body } = await service.send({ method: 'DELETE', path: upload.path }, call)
    await drain(body)
  }
  throw corrupted()
}

/** S3 would make an object of whatever parts it is given. */
function refuseGaps(parts: readonly StoredPart[], size: number | undefined): void {
  let end = 0
  let whole = parts.length > 0
  for (const part of parts) {
    whole &&= part.offset === end
    end += part.size
  }
  if (whole && (size === undefined || size === end)) return
  throw new GantryError('integrity', 'The parts do not make up the whole: list them again.')
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

/**
 * What says that the upload is gone, if it is: it was completed, or aborted. A condition that fails may do so because
 * of our own object, and RGW calls it an internal error.
 */
async function goneBecause(
  service: Service,
  upload: Upload,
  error: unknown,
  call: Call,
): Promise<S3Failure | undefined> {
  if (!(error instanceof S3Failure)) return undefined
  if (error.status === 404) return error
  if (error.status !== 412 && error.status !== 500) return undefined
  return await whyUnknown(service, upload, call)
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
