import type { Call, RetainDriver } from '@gantry/core/driver'

import { S3Failure } from './failure.ts'
import { lockModeOf } from './object/put-headers.ts'
import { ask } from './service/ask.ts'
import type { Service } from './service/service.ts'

/** Object Lock: S3 itself refuses to remove the version until then. */
export function retentionOf(service: Service): RetainDriver {
  const { bucket } = service.settings
  return {
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

export async function retainedUntil(service: Service, path: string, call: Call): Promise<number | undefined> {
  const { GetObjectRetentionCommand } = await import('@aws-sdk/client-s3')
  const command = new GetObjectRetentionCommand({ Bucket: service.settings.bucket, Key: service.keyOf(path) })
  try {
    const { Retention } = await ask(service, call, async (client, options) => await client.send(command, options))
    return Retention?.RetainUntilDate?.getTime()
  } catch (error) {
    if (error instanceof S3Failure && error.s3Code === 'NoSuchObjectLockConfiguration') return undefined
    throw error
  }
}
