import { memoryBytes } from '../../s3-server/bytes/memory-bytes.ts'
import { GcsError } from '../protocol/gcs-error.ts'
import { formatHashes } from '../protocol/hashes.ts'
import { parseRelated } from '../protocol/multipart-related.ts'
import { preconditionsOf } from '../protocol/preconditions.ts'
import { etagOf } from '../state/gcs-object.ts'
import { commit } from './commit.ts'
import { bucketOf, type GcsHandler, jsonAnswer } from './gcs-context.ts'
import { fieldsOfHeaders, fieldsOfJson, hashesOfHeaders, hashesOfJson } from './object-fields.ts'
import { objectResource } from './object-resource.ts'
import { nameOf, parseJson, receive, receiveBuffer } from './receive.ts'

/** Uploads in one request: of the XML API, of media alone, or of metadata and media. */
export const insertObject: GcsHandler = async (context) => {
  const { request } = context
  bucketOf(context)
  if (request.api === 'xml') return await putObject(context)
  return request.query.get('uploadType') === 'multipart' ? await insertRelated(context) : await insertMedia(context)
}

const putObject: GcsHandler = async (context) => {
  const { world, request, interference } = context
  const bucket = bucketOf(context)
  const fields = fieldsOfHeaders(request.headers, bucket)
  const conditions = preconditionsOf(request)
  const claimed = [hashesOfHeaders(request.headers)]
  const { bytes, failure } = await receive(context)
  if (failure !== undefined) throw await dropped(bytes, failure)
  const { flipStored } = interference
  const given = { name: request.object, bytes, fields, conditions, claimed, flipStored }
  const object = await commit(world, bucket, given)
  const { crc32c, md5 } = object
  return {
    status: 200,
    headers: {
      etag: `"${etagOf(object)}"`,
      'x-goog-generation': object.generation,
      'x-goog-metageneration': object.metageneration,
      'x-goog-stored-content-length': object.bytes.size,
      'x-goog-hash': formatHashes({ crc32c, ...(md5 !== undefined && { md5 }) }),
    },
  }
}

const insertMedia: GcsHandler = async (context) => {
  const { world, request, interference } = context
  const bucket = bucketOf(context)
  const contentType = request.headers.get('content-type')
  const encoding = request.query.get('contentEncoding') ?? undefined
  const conditions = preconditionsOf(request)
  const { bytes, failure } = await receive(context)
  if (failure !== undefined) throw await dropped(bytes, failure)
  const fields = { contentType, contentEncoding: encoding }
  const claimed = [hashesOfHeaders(request.headers)]
  const name = request.query.get('name') ?? ''
  const { flipStored } = interference
  const object = await commit(world, bucket, { name, bytes, fields, conditions, claimed, flipStored })
  return jsonAnswer(objectResource(bucket, object, request.origin))
}

const insertRelated: GcsHandler = async (context) => {
  const { world, request, interference } = context
  const bucket = bucketOf(context)
  const conditions = preconditionsOf(request)
  const length = request.headers.get('content-length')
  const body = await receiveBuffer(context)
  if (length !== undefined && Number(length) !== body.length) throw new GcsError('invalid')
  const { metadata, contentType, media } = parseRelated(request.headers.get('content-type'), body)
  const json = parseJson(metadata)
  const name = nameOf(json, request.query)
  const contentEncoding = request.query.get('contentEncoding') ?? undefined
  const fields = fieldsOfJson(json, bucket, {
    ...(contentType !== undefined && { contentType }),
    ...(contentEncoding !== undefined && { contentEncoding }),
  })
  const claimed = [hashesOfJson(json), hashesOfHeaders(request.headers)]
  const { flipStored } = interference
  const bytes = memoryBytes([media])
  const object = await commit(world, bucket, { name, bytes, fields, conditions, claimed, flipStored })
  return jsonAnswer(objectResource(bucket, object, request.origin))
}

async function dropped(bytes: { release(): Promise<void> }, failure: unknown): Promise<unknown> {
  await bytes.release()
  return failure
}
