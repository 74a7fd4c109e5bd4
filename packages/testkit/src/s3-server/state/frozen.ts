import { S3Error } from '../protocol/s3-error.ts'
import type { ObjectVersion } from './version.ts'

const frozenClasses: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE'])

/** In a class that is read only after a request to restore it. */
export function isArchived({ storageClass }: ObjectVersion): boolean {
  return frozenClasses.has(storageClass)
}

/** Whether a request to restore it has come to its end, and its copy is still there. */
export function isThawed({ thaw }: ObjectVersion, now: number): boolean {
  return thaw !== undefined && thaw.ready <= now && now < thaw.until
}

/** Throws InvalidObjectState for what has to be restored before it is read. */
export function requireReadable(version: ObjectVersion, now: number): void {
  if (!isArchived(version) || isThawed(version, now)) return
  throw new S3Error('InvalidObjectState', { elements: { StorageClass: version.storageClass } })
}

/** `x-amz-restore`, of what was asked to be restored and is not over. */
export function restoreHeader({ thaw }: ObjectVersion, now: number): string | undefined {
  if (thaw === undefined || now >= thaw.until) return undefined
  if (now < thaw.ready) return 'ongoing-request="true"'
  return `ongoing-request="false", expiry-date="${new Date(thaw.until).toUTCString()}"`
}
