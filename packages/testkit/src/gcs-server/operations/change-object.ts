import { GcsError } from '../protocol/gcs-error.ts'
import { checkWrite, preconditionsOf } from '../protocol/preconditions.ts'
import { findObject, refuseProtected, replaceLive, requireObject } from '../state/gcs-bucket.ts'
import type { ObjectFields } from '../state/gcs-object.ts'
import { bucketOf, type GcsContext, type GcsHandler, jsonAnswer } from './gcs-context.ts'
import { fieldsOfJson } from './object-fields.ts'
import { objectResource } from './object-resource.ts'
import { receiveJson } from './receive.ts'

export const patchObject: GcsHandler = async (context) => await changeFields(context, (fields) => fields)

/** All of the metadata anew. */
export const updateObject: GcsHandler = async (context) =>
  await changeFields(context, ({ storageClass, retention }) => ({ storageClass, retention }))

async function changeFields(context: GcsContext, kept: (fields: ObjectFields) => ObjectFields) {
  const { world, request } = context
  const bucket = bucketOf(context)
  const json = await receiveJson(context)
  const object = requireObject(bucket, request.object, request.query.get('generation'))
  checkWrite(preconditionsOf(request), object)
  if (json['storageClass'] !== undefined && json['storageClass'] !== object.fields.storageClass) {
    throw new GcsError('invalid', { message: 'The storage class changes by a rewrite only.' })
  }
  const fields = fieldsOfJson(json, bucket, kept(object.fields))
  checkRetention(object.fields, fields, request.query.get('overrideUnlockedRetention') === 'true')
  object.fields = fields
  object.metageneration += 1
  object.updated = world.now()
  return jsonAnswer(objectResource(bucket, object, request.origin))
}

/** It may become longer; shorter, or none, only where it is not locked and who asks says so. */
function checkRetention(before: ObjectFields, after: ObjectFields, overrides: boolean): void {
  if (before.retention === undefined) return
  const until = Date.parse(after.retention?.retainUntilTime ?? '')
  const longer = until >= Date.parse(before.retention.retainUntilTime)
  const loosened = before.retention.mode === 'Locked' && after.retention?.mode !== 'Locked'
  if (longer && !loosened) return
  if (before.retention.mode === 'Unlocked' && overrides) return
  throw new GcsError('retained')
}

export const deleteObject: GcsHandler = async (context) => {
  const { world, request } = context
  const { object: name } = request
  const bucket = bucketOf(context)
  const generation = request.query.get('generation')
  checkWrite(preconditionsOf(request), findObject(bucket, name, generation))
  const object = requireObject(bucket, name, generation)
  const isLive = object === bucket.live.get(name)
  if (isLive && generation === null && bucket.versioning) {
    // It is kept, as one that is not current.
    await replaceLive(bucket, name, undefined)
    return { status: 204, headers: {} }
  }
  refuseProtected(bucket, object, world.now())
  const older = (bucket.archived.get(name) ?? []).filter((one) => one !== object)
  if (isLive) bucket.live.delete(name)
  else if (older.length === 0) bucket.archived.delete(name)
  else bucket.archived.set(name, older)
  await object.bytes.release()
  return { status: 204, headers: {} }
}
