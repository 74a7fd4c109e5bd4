import { randomBytes } from 'node:crypto'

import { GcsError } from '../protocol/gcs-error.ts'
import { checkWrite, preconditionsOf } from '../protocol/preconditions.ts'
import { parseContentRange } from '../protocol/range.ts'
import { checkObjectName, type GcsBucket } from '../state/gcs-bucket.ts'
import { requireBucket } from '../state/gcs-world.ts'
import { beginningOf, persistedSize, quantum, type ResumableUpload, wholeOf } from '../state/resumable-upload.ts'
import { commit } from './commit.ts'
import { bucketOf, type GcsAnswer, type GcsContext, type GcsHandler, jsonAnswer } from './gcs-context.ts'
import { fieldsOfJson, hashesOfHeaders, hashesOfJson } from './object-fields.ts'
import { objectResource } from './object-resource.ts'
import { nameOf, receive, receiveJson } from './receive.ts'

/** Begins a resumable upload. Its URI stands for whoever began it: chunks come without other credentials. */
export const startUpload: GcsHandler = async (context) => {
  const { world, request } = context
  const bucket = bucketOf(context)
  const conditions = preconditionsOf(request)
  const json = await receiveJson(context)
  const name = nameOf(json, request.query)
  checkObjectName(name)
  checkWrite(conditions, bucket.live.get(name))
  const contentType = request.headers.get('x-upload-content-type')
  const fields = fieldsOfJson(json, bucket, contentType === undefined ? {} : { contentType })
  const id = randomBytes(48).toString('base64url')
  const claimed = [hashesOfJson(json), hashesOfHeaders(request.headers)]
  const upload: ResumableUpload = {
    id,
    bucket: bucket.name,
    name,
    fields,
    conditions,
    claimed,
    segments: [],
    state: 'open',
    object: undefined,
  }
  world.uploads.set(id, upload)
  const query = new URLSearchParams({ uploadType: 'resumable', name, upload_id: id })
  const location = `${request.origin}/upload/storage/v1/b/${bucket.name}/o?${query.toString()}`
  return { status: 200, headers: { location, 'x-guploader-uploadid': id, 'content-length': 0 } }
}

/** A chunk, the last one, or the question how much has come. */
export const putUpload: GcsHandler = async (context) => {
  const { world, request } = context
  const upload = uploadOf(context)
  const bucket = requireBucket(world, upload.bucket)
  if (upload.state === 'cancelled') throw new GcsError('cancelled')
  if (upload.state === 'done') return finished(bucket, upload, context)
  upload.claimed.push(hashesOfHeaders(request.headers))
  const range = parseContentRange(request.headers.get('content-range'))
  const persisted = persistedSize(upload)
  if (range.start === undefined) {
    // Whoever says that this was all ends it.
    return range.total === persisted ? await finish(context, bucket, upload) : status(upload)
  }
  if (range.start > persisted) {
    throw new GcsError('invalid', { message: 'The upload offset exceeds the already uploaded size.' })
  }
  await takeChunk(context, upload, persisted - range.start, range)
  const size = persistedSize(upload)
  const isLast = range.end === undefined || range.end === range.total
  if (!isLast) return status(upload)
  if (range.total !== undefined && range.total !== size) throw new GcsError('invalid', { message: 'Wrong length.' })
  return await finish(context, bucket, upload)
}

export const cancelUpload: GcsHandler = async (context) => {
  const upload = uploadOf(context)
  if (upload.state === 'open') {
    await Promise.all(upload.segments.map(async (segment) => await segment.release()))
    upload.segments = []
    upload.state = 'cancelled'
  }
  throw new GcsError('cancelled')
}

/** What breaks off is kept, in multiples of 256 KiB; a chunk that is not the last one has to be such a multiple. */
async function takeChunk(
  context: GcsContext,
  upload: ResumableUpload,
  known: number,
  range: { readonly start: number | undefined; readonly end: number | undefined; readonly total: number | undefined },
): Promise<void> {
  const before = upload.segments
  const persisted = persistedSize(upload)
  const { bytes, failure } = await receive(context)
  // Somebody else has sent the same meanwhile, or has ended it.
  if (upload.state !== 'open' || upload.segments !== before) throw new GcsError('invalid')
  const isLast = range.end === undefined || range.end === range.total
  const whole = failure === undefined && (range.end === undefined || bytes.size === range.end - (range.start ?? 0))
  const kept =
    whole && isLast
      ? bytes.size
      : Math.floor((persisted - known + bytes.size) / quantum) * quantum - (persisted - known)
  if (kept > known) {
    const added = beginningOf(bytes, kept)
    const fresh = known === 0 ? added : { ...added, size: kept - known, read: later(added, known) }
    upload.segments = [...before, fresh]
  } else await bytes.release()
  if (failure !== undefined) throw failure
  if (!whole) throw new GcsError('invalid', { message: 'The chunk has another length than was said.' })
  if (!isLast && bytes.size % quantum !== 0 && context.request.headers.has('content-length')) {
    throw new GcsError('invalid', { message: 'Chunks must be multiples of 262144 bytes, but for the last.' })
  }
}

function later(bytes: { read(start: number, end: number): Iterable<Buffer> | AsyncIterable<Buffer> }, offset: number) {
  return (start: number, end: number) => bytes.read(start + offset, end + offset)
}

async function finish(context: GcsContext, bucket: GcsBucket, upload: ResumableUpload): Promise<GcsAnswer> {
  const { name, fields, conditions, claimed } = upload
  const { flipStored } = context.interference
  upload.state = 'done'
  try {
    const bytes = wholeOf(upload)
    upload.object = await commit(context.world, bucket, { name, bytes, fields, conditions, claimed, flipStored })
  } catch (error) {
    context.world.uploads.delete(upload.id)
    throw error
  }
  return finished(bucket, upload, context)
}

function finished(bucket: GcsBucket, { object }: ResumableUpload, { request }: GcsContext): GcsAnswer {
  if (object === undefined) throw new GcsError('internal')
  return jsonAnswer(objectResource(bucket, object, request.origin))
}

function status(upload: ResumableUpload): GcsAnswer {
  const size = persistedSize(upload)
  return {
    status: 308,
    headers: {
      'content-length': 0,
      'x-guploader-uploadid': upload.id,
      ...(size > 0 && { range: `bytes=0-${size - 1}` }),
    },
  }
}

function uploadOf({ world, request }: GcsContext): ResumableUpload {
  const upload = world.uploads.get(request.query.get('upload_id') ?? '')
  if (upload === undefined) throw new GcsError('noUpload')
  return upload
}
