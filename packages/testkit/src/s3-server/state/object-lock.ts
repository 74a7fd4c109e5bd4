import { S3Error } from '../protocol/s3-error.ts'
import type { Bucket } from './bucket.ts'
import type { ObjectVersion, Retention } from './version.ts'

/** The retention that a new object of the bucket gets unless its writer says otherwise. */
export function defaultRetention(bucket: Bucket, now: number): Retention | undefined {
  const rule = bucket.objectLock?.defaultRetention
  if (!rule) return undefined
  const until = new Date(now)
  if (rule.days !== undefined) until.setUTCDate(until.getUTCDate() + rule.days)
  if (rule.years !== undefined) until.setUTCFullYear(until.getUTCFullYear() + rule.years)
  return { mode: rule.mode, until: until.getTime() }
}

/** Throws AccessDenied for a version that must stay. */
export function checkRemovable(version: ObjectVersion, now: number, bypassGovernance: boolean): void {
  if (version.legalHold || isRetained(version.retention, now, bypassGovernance)) throw locked()
}

/** A retention may always be made longer; shorter only what may be bypassed. */
export function checkRetentionChange(
  version: ObjectVersion,
  wanted: Retention | undefined,
  now: number,
  bypassGovernance: boolean,
): void {
  const { retention } = version
  if (!retention || !isRetained(retention, now, bypassGovernance)) return
  const weaker = retention.mode === 'COMPLIANCE' && wanted?.mode !== 'COMPLIANCE'
  if (!wanted || weaker || wanted.until < retention.until) throw locked()
}

function isRetained(retention: Retention | undefined, now: number, bypassGovernance: boolean): boolean {
  if (!retention || retention.until <= now) return false
  return retention.mode === 'COMPLIANCE' || !bypassGovernance
}

function locked(): S3Error {
  return new S3Error('AccessDenied', { message: 'Access Denied because object protected by object lock.' })
}
