import { emptyAnswer, type S3Answer } from '../protocol/answer.ts'
import { checkWrite, conditionsOf } from '../protocol/conditions.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { Checksum } from '../checksum/algorithm.ts'
import { currentObject, versionHeader } from '../state/versions.ts'
import { checksumHeaders, commitObject } from './commit-object.ts'
import { bucketOf, type S3Context } from './context.ts'
import { readAttributes } from './object-attributes.ts'
import { type ReceivedBody, receiveBody } from './receive-body.ts'

const longestKey = 1024

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > longestKey) throw new S3Error('KeyTooLongError')
}

export async function putObject(context: S3Context): Promise<S3Answer> {
  const { request, world } = context
  const bucket = bucketOf(context)
  checkKey(request.key)
  const attributes = readAttributes(request.headers, bucket, world.now())
  checkLockedWrite(request.headers)
  const conditions = conditionsOf(request.headers)
  // A hopeless write is refused before its body is taken; what counts is checked again on commit.
  checkWrite(conditions, currentObject(bucket, request.key))
  const received = await receiveBody(context)
  const checksum = receivedChecksum(received)
  try {
    const { version, replaced } = commitObject(context, { ...received, checksum, attributes, conditions })
    await replaced?.release()
    return emptyAnswer(200, {
      etag: `"${version.etag}"`,
      ...checksumHeaders(checksum),
      ...versionHeader(bucket, version.versionId),
    })
  } catch (error) {
    await received.bytes.release()
    throw error
  }
}

function receivedChecksum({ claimed }: ReceivedBody): Checksum | undefined {
  return claimed && { ...claimed, type: 'FULL_OBJECT' }
}

function proves(name: string): boolean {
  return name === 'content-md5' || name === 'x-amz-trailer' || /^x-amz-checksum-./.test(name)
}

/** What shall be kept for years must be known to have arrived whole. */
function checkLockedWrite(headers: ReadonlyMap<string, string>): void {
  if (![...headers.keys()].some((name) => name.startsWith('x-amz-object-lock-'))) return
  if ([...headers.keys()].some(proves)) return
  throw new S3Error('InvalidRequest', {
    message:
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  })
}
