import { randomBytes } from 'node:crypto'

import { combineCrcs, crcFields } from '../../s3-server/checksum/combine.ts'
import { joinedBytes } from '../../s3-server/bytes/joined-bytes.ts'
import { GcsError } from '../protocol/gcs-error.ts'
import { base64OfCrc } from '../protocol/hashes.ts'
import { checkWrite, preconditionsOf } from '../protocol/preconditions.ts'
import { requireObject } from '../state/gcs-bucket.ts'
import type { GcsObject } from '../state/gcs-object.ts'
import { type GcsWorld, requireBucket } from '../state/gcs-world.ts'
import { commit } from './commit.ts'
import { bucketOf, type GcsContext, type GcsHandler, jsonAnswer } from './gcs-context.ts'
import { fieldsOfJson } from './object-fields.ts'
import { objectResource } from './object-resource.ts'
import { receiveJson } from './receive.ts'

const mostComponents = 32

export const composeObject: GcsHandler = async (context) => {
  const { world, request } = context
  const bucket = bucketOf(context)
  const json = await receiveJson(context)
  const listed = (json['sourceObjects'] ?? []) as readonly {
    name: string
    generation?: string
    objectPreconditions?: { ifGenerationMatch?: string }
  }[]
  if (listed.length === 0 || listed.length > mostComponents) {
    throw new GcsError('invalid', { message: 'The number of source components provided is not between 1 and 32.' })
  }
  const sources = listed.map(({ name, generation, objectPreconditions }) => {
    const source = requireObject(bucket, name, generation)
    const expected = objectPreconditions?.ifGenerationMatch
    if (expected !== undefined && expected !== source.generation) throw new GcsError('conditionNotMet')
    return source
  })
  const fields = fieldsOfJson((json['destination'] ?? {}) as Readonly<Record<string, unknown>>, bucket)
  for (const { bytes } of sources) bytes.hold()
  const object = await commit(world, bucket, {
    name: request.object,
    bytes: joinedBytes(sources.map(({ bytes }) => bytes)),
    fields,
    conditions: preconditionsOf(request),
    hashes: { crc32c: combinedCrc(sources) },
    componentCount: sources.reduce((sum, { componentCount = 1 }) => sum + componentCount, 0),
  })
  return jsonAnswer(objectResource(bucket, object, request.origin))
}

export function combinedCrc(parts: readonly { readonly crc32c: string; readonly bytes: { readonly size: number } }[]) {
  const crcs = parts.map(({ crc32c, bytes }) => ({
    crc: BigInt(Buffer.from(crc32c, 'base64').readUInt32BE()),
    size: bytes.size,
  }))
  return base64OfCrc(Number(combineCrcs(crcFields.CRC32C, crcs)))
}

export const copyObject: GcsHandler = async (context) => {
  const { target, object } = await copied(context)
  return jsonAnswer(objectResource(target, object, context.request.origin))
}

/** Bytes of another class are moved; for them the caller may be asked to come again, with the token that he is given. */
export const rewriteObject: GcsHandler = async (context) => {
  const { world, request } = context
  const { source, again } = stepOf(context)
  const size = String(source.bytes.size)
  if (again !== undefined) {
    return jsonAnswer({
      kind: 'storage#rewriteResponse',
      totalBytesRewritten: String(again.done),
      objectSize: size,
      done: false,
      rewriteToken: again.token,
    })
  }
  const { target, object } = await copied(context)
  world.rewrites.delete(request.query.get('rewriteToken') ?? '')
  return jsonAnswer({
    kind: 'storage#rewriteResponse',
    totalBytesRewritten: size,
    objectSize: size,
    done: true,
    resource: objectResource(target, object, request.origin),
  })
}

function stepOf({ world, request }: GcsContext): {
  readonly source: GcsObject
  readonly again: { readonly token: string; readonly done: number } | undefined
} {
  const source = sourceOf(world, request)
  const step = Number(request.query.get('maxBytesRewrittenPerCall') ?? Infinity)
  const given = request.query.get('rewriteToken')
  const before = given === null ? 0 : world.rewrites.get(given)
  if (before === undefined) throw new GcsError('invalid', { message: 'Invalid rewrite token.' })
  const done = before + step
  if (done >= source.bytes.size) return { source, again: undefined }
  const token = given ?? randomBytes(24).toString('base64url')
  world.rewrites.set(token, done)
  return { source, again: { token, done } }
}

function sourceOf(world: GcsWorld, { bucket, object, query }: GcsContext['request']): GcsObject {
  return requireObject(requireBucket(world, bucket), object, query.get('sourceGeneration'))
}

async function copied(context: GcsContext) {
  const { world, request } = context
  const { target: place } = request
  if (place === undefined) throw new GcsError('invalid')
  const target = requireBucket(world, place.bucket)
  const json = await receiveJson(context)
  const source = sourceOf(world, request)
  checkWrite(preconditionsOf(request, true), source)
  const { retention: _, temporaryHold: __, eventBasedHold: ___, ...told } = source.fields
  // What is given replaces all of the metadata.
  const fields = fieldsOfJson(json, target, Object.keys(json).length === 0 ? told : {})
  source.bytes.hold()
  const object = await commit(world, target, {
    name: place.object,
    bytes: source.bytes,
    fields,
    conditions: preconditionsOf(request),
    hashes: { crc32c: source.crc32c, md5: source.md5 },
    ...(source.componentCount !== undefined && { componentCount: source.componentCount }),
  })
  return { target, object }
}
