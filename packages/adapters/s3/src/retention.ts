import type { ObjectLockRetentionMode } from '@aws-sdk/client-s3'
import { type Call, GantryError, type RetainDriver, throwIfCancelled } from '@gantry/core/driver'

import { S3Failure } from './failure.ts'
import type { Headers } from './object/entry-of.ts'
import { lockModeOf } from './object/put-headers.ts'
import { ask } from './service/ask.ts'
import type { Service } from './service/service.ts'

export interface Retention {
  readonly mode: ObjectLockRetentionMode
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** What keeps a version from being removed. */
export interface ObjectLock {
  readonly retention: Retention | undefined
  /** A legal hold, which lasts until it is taken away. */
  readonly held: boolean
}

/** Object Lock: S3 itself refuses to remove the version until then. */
export function retentionOf(service: Service): RetainDriver {
  const { bucket } = service.settings
  return {
    check: async (call) => await refuseWithoutLock(service, call),
    async set(path, until, call) {
      const { PutObjectRetentionCommand } = await import('@aws-sdk/client-s3')
      const command = new PutObjectRetentionCommand({
        Bucket: bucket,
        Key: service.keyOf(path),
        Retention: { Mode: lockModeOf(service.settings), RetainUntilDate: new Date(until) },
      })
      await ask(service, call, async (client, options) => await client.send(command, options))
    },
    get: async (path, call) => await retainedUntil(service, path, call),
  }
}

const known = new WeakSet<Service>()

/**
 * Asked once of each bucket, before the first of its objects is sent: to the write itself, a bucket without Object Lock
 * answers with nothing but that the request is wrong.
 */
export async function refuseWithoutLock(service: Service, call: Call): Promise<void> {
  if (known.has(service)) return
  const { GetObjectLockConfigurationCommand } = await import('@aws-sdk/client-s3')
  const command = new GetObjectLockConfigurationCommand({ Bucket: service.settings.bucket })
  try {
    await ask(service, call, async (client, options) => await client.send(command, options))
  } catch (error) {
    throwIfCancelled(call)
    if (error instanceof S3Failure && error.s3Code === 'ObjectLockConfigurationNotFoundError') {
      throw new GantryError('unsupported', 'The bucket has no Object Lock: retention cannot be set there.', {
        cause: error,
      })
    }
    // Who may write need not be allowed to ask, and not every service knows the question: the write will tell.
  }
  known.add(service)
}

export async function retainedUntil(service: Service, path: string, call: Call): Promise<number | undefined> {
  return (await retentionAt(service, path, call))?.until
}

/**
 * The lock of an object that an answer to HEAD tells of. The answer leaves out what its asker has no right to see: where
 * there is retention to expect, it is asked for in a way that says so.
 */
export async function lockOf(service: Service, path: string, headers: Headers, call: Call): Promise<ObjectLock> {
  const held = headers.get('x-amz-object-lock-legal-hold') === 'ON'
  const told = retentionFrom(
    headers.get('x-amz-object-lock-mode'),
    Date.parse(headers.get('x-amz-object-lock-retain-until-date') ?? ''),
  )
  if (told !== undefined || service.settings.retention === undefined) return { retention: told, held }
  return { retention: await retentionAt(service, path, call), held }
}

async function retentionAt(service: Service, path: string, call: Call): Promise<Retention | undefined> {
  const { GetObjectRetentionCommand } = await import('@aws-sdk/client-s3')
  const command = new GetObjectRetentionCommand({ Bucket: service.settings.bucket, Key: service.keyOf(path) })
  try {
    const { Retention } = await ask(service, call, async (client, options) => await client.send(command, options))
    return retentionFrom(Retention?.Mode, Retention?.RetainUntilDate?.getTime() ?? Number.NaN)
  } catch (error) {
    if (error instanceof S3Failure && error.s3Code === 'NoSuchObjectLockConfiguration') return undefined
    throw error
  }
}

function retentionFrom(mode: string | undefined, until: number): Retention | undefined {
  if (Number.isNaN(until)) return undefined
  // Of a mode that is not known, the one that nobody can take back.
  return { mode: mode === 'GOVERNANCE' ? mode : 'COMPLIANCE', until }
}
