import { randomBytes } from 'node:crypto'
import type { StoredBytes } from '../bytes/stored-bytes.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { Bucket } from './bucket.ts'
import type { DeleteMarker, ObjectVersion, Version } from './version.ts'

/** The object that readers of a key get now. */
export function currentObject(bucket: Bucket, key: string): ObjectVersion | undefined {
  const newest = bucket.objects.get(key)?.[0]
  return newest?.kind === 'object' ? newest : undefined
}

/** The object a request means; throws what S3 answers where there is none. */
export function requireObject(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  const versions = bucket.objects.get(key) ?? []
  const version = versionId === undefined ? versions[0] : versions.find((one) => one.versionId === versionId)
  if (version?.kind === 'object') return version
  if (!version) {
    throw new S3Error(versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion', { elements: { Key: key } })
  }
  throw new S3Error(versionId === undefined ? 'NoSuchKey' : 'MethodNotAllowed', {
    elements: { Key: key },
    headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId },
  })
}

/** The identifier for what is written now. */
export function nextVersionId(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null'
}

/** How answers name a version: not at all where the bucket was never versioned. */
export function versionHeader(bucket: Bucket, versionId: string): { 'x-amz-version-id'?: string } {
  return bucket.versioning ? { 'x-amz-version-id': versionId } : {}
}

/**
 * Makes a version the newest of its key, in the place of one with the same identifier, whose bytes it returns for the
 * caller to let go of.
 */
export function addVersion(bucket: Bucket, key: string, version: Version): StoredBytes | undefined {
  const before = bucket.objects.get(key) ?? []
  const replaced = before.find((one) => one.versionId === version.versionId)
  bucket.objects.set(key, [version, ...before.filter((one) => one !== replaced)])
  return replaced?.kind === 'object' ? replaced.bytes : undefined
}

/** Returns the bytes for the caller to let go of. */
export function removeVersion(bucket: Bucket, key: string, version: Version): StoredBytes | undefined {
  const rest = (bucket.objects.get(key) ?? []).filter((one) => one !== version)
  if (rest.length > 0) bucket.objects.set(key, rest)
  else bucket.objects.delete(key)
  return version.kind === 'object' ? version.bytes : undefined
}

export function newDeleteMarker(bucket: Bucket, now: number): DeleteMarker {
  return { kind: 'delete-marker', versionId: nextVersionId(bucket), modified: now }
}
