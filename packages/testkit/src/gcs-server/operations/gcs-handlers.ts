import type { GcsOperation } from '../protocol/operation.ts'
import { deleteBucket, getBucket, insertBucket, listBuckets, patchBucket } from './buckets.ts'
import { deleteObject, patchObject, updateObject } from './change-object.ts'
import { composeObject, copyObject, rewriteObject } from './copy-object.ts'
import type { GcsHandler } from './gcs-context.ts'
import { getMedia, getObject } from './get-object.ts'
import { insertObject } from './insert-object.ts'
import { listObjects } from './list-objects.ts'
import {
  abortMultipart,
  completeMultipart,
  listMultipart,
  listMultipartParts,
  putMultipart,
  startMultipart,
} from './multipart.ts'
import { cancelUpload, putUpload, startUpload } from './resumable.ts'

export const handlers: Readonly<Record<GcsOperation, GcsHandler>> = {
  'buckets.list': listBuckets,
  'buckets.insert': insertBucket,
  'buckets.get': getBucket,
  'buckets.patch': patchBucket,
  'buckets.delete': deleteBucket,
  'objects.list': listObjects,
  'objects.get': getObject,
  'objects.media': getMedia,
  'objects.insert': insertObject,
  'objects.patch': patchObject,
  'objects.update': updateObject,
  'objects.delete': deleteObject,
  'objects.compose': composeObject,
  'objects.rewrite': rewriteObject,
  'objects.copy': copyObject,
  'uploads.start': startUpload,
  'uploads.put': putUpload,
  'uploads.cancel': cancelUpload,
  'multipart.start': startMultipart,
  'multipart.part': putMultipart,
  'multipart.parts': listMultipartParts,
  'multipart.complete': completeMultipart,
  'multipart.abort': abortMultipart,
  'multipart.list': listMultipart,
}
