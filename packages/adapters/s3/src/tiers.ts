import type { CopyObjectCommandInput, StorageClass } from '@aws-sdk/client-s3'
import { GantryError, type TierAbility, type TierDriver, type TierWord } from '@gantry/core/driver'

import { percentEncodePath } from './sign/percent-encode.ts'
import { entryOf, quote } from './object/entry-of.ts'
import { head, sizeOf } from './object/stat.ts'
import { lockOf, type ObjectLock } from './retention.ts'
import { thaw } from './thaw.ts'
import { ask } from './service/ask.ts'
import type { Service } from './service/service.ts'

/** Classes of AWS that an object can be moved to by copying it onto itself. */
export const awsStorageClasses: readonly string[] = [
  'STANDARD',
  'INTELLIGENT_TIERING',
  'STANDARD_IA',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
]

/** What the common words mean, as far as the service has such a class. */
const words: Readonly<Record<TierWord, string>> = {
  hot: 'STANDARD',
  cool: 'STANDARD_IA',
  cold: 'GLACIER_IR',
  frozen: 'DEEP_ARCHIVE',
}

/** Their objects are read only after a request to restore them. */
const frozenClasses: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE']

export function tierAbility(tiers: readonly string[]): TierAbility {
  const known = Object.entries(words).filter(([, tier]) => tiers.includes(tier))
  return { tiers, words: Object.fromEntries(known), frozen: frozenClasses.filter((tier) => tiers.includes(tier)) }
}

/** Longest object that one call copies. */
const longestCopy = 5 * 1024 ** 3

export function tiersOf(service: Service): TierDriver {
  return {
    async set(path, tier, call) {
      const { headers } = await head(service, path, call)
      const before = entryOf(path, sizeOf(headers), headers)
      if (before.tier === tier) return before
      if (before.size > longestCopy) {
        throw new GantryError('unsupported', 'S3 moves objects beyond 5 GiB by a lifecycle rule only.')
      }
      const lock = lasting(await lockOf(service, path, headers, call), Date.now())
      const { CopyObjectCommand } = await import('@aws-sdk/client-s3')
      const { bucket } = service.settings
      const command = new CopyObjectCommand({
        Bucket: bucket,
        Key: service.keyOf(path),
        CopySource: `${bucket}/${percentEncodePath(service.keyOf(path))}`,
        MetadataDirective: 'COPY',
        StorageClass: tier as StorageClass,
        ...fieldsOf(lock),
        ...(before.version === undefined ? {} : { CopySourceIfMatch: quote(before.version) }),
      })
      await ask(service, call, async (client, options) => await client.send(command, options))
      const after = await head(service, path, call)
      if (isLocked(lock) && isLooser(await lockOf(service, path, after.headers, call), lock)) throw unlocked()
      return entryOf(path, sizeOf(after.headers), after.headers)
    },
    thaw: async (path, options, call) => await thaw(service, path, options, call),
  }
}

/** What of a lock is still to be kept: S3 takes no date that has passed. */
function lasting({ retention, held }: ObjectLock, now: number): ObjectLock {
  return { retention: retention !== undefined && retention.until > now ? retention : undefined, held }
}

/** A copy is a new version, that has of the lock of the old one what the request repeats. */
function fieldsOf({ retention, held }: ObjectLock): Partial<CopyObjectCommandInput> {
  return {
    ...(retention && { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: wholeSecond(retention.until) }),
    ...(held && { ObjectLockLegalHoldStatus: 'ON' }),
  }
}

/** The SDK sends no fraction of a second: the date must not come before the one that was promised. */
function wholeSecond(until: number): Date {
  return new Date(Math.ceil(until / 1000) * 1000)
}

function isLocked({ retention, held }: ObjectLock): boolean {
  return retention !== undefined || held
}

function isLooser(after: ObjectLock, before: ObjectLock): boolean {
  if (before.held && !after.held) return true
  return before.retention !== undefined && (after.retention?.until ?? 0) < before.retention.until
}

function unlocked(): GantryError {
  return new GantryError('integrity', 'The service moved the object, and let go of its lock: retain it again.')
}
