import { type Call, GantryError, isGantryError, type RetainDriver, throwIfCancelled } from '@gantry/core/driver'
import * as z from 'zod'

import { retentionResource } from './object/metadata.ts'
import { timeOf } from './object/resource.ts'
import { look } from './object/stat.ts'
import { jsonBody, type Service } from './service/service.ts'

/** Retention of objects, each until a time of its own; that of the bucket's policy is told, too. */
export function retentionOf(service: Service): RetainDriver {
  return {
    check: async (call) => await refuseWithoutRetention(service, call),
    async set(path, until, call) {
      const url = service.objectUrl(service.keyOf(path), { fields: 'name' })
      const retention = retentionResource(until, service.settings.retention)
      await service.perform({ method: 'PATCH', url, ...jsonBody({ retention }) }, call)
    },
    async get(path, call) {
      const { retention, retentionExpirationTime } = await look(service, service.keyOf(path), call)
      const times = [timeOf(retention?.retainUntilTime), timeOf(retentionExpirationTime)]
      const known = times.filter((time) => time !== undefined)
      return known.length === 0 ? undefined : Math.max(...known)
    },
  }
}

const bucketSchema = z.object({ name: z.string(), objectRetention: z.object({ mode: z.string() }).optional() })

const known = new WeakSet<Service>()

/**
 * Asked once of each bucket, before the first of its objects is sent: to the write itself, a bucket that retains no objects
 * answers with nothing but that the request is wrong.
 */
export async function refuseWithoutRetention(service: Service, call: Call): Promise<void> {
  if (known.has(service)) return
  const url = service.bucketUrl({ fields: 'name,objectRetention' })
  try {
    const { objectRetention } = await service.json({ method: 'GET', url }, bucketSchema, call)
    if (objectRetention?.mode !== 'Enabled') throw withoutRetention()
  } catch (error) {
    throwIfCancelled(call)
    if (isGantryError(error) && error.code === 'unsupported') throw error
    // Who may write need not be allowed to ask, and no emulator knows all that a bucket has: the write will tell.
  }
  known.add(service)
}

function withoutRetention(): GantryError {
  return new GantryError(
    'unsupported',
    'The bucket has no object retention: it cannot be set there until the bucket is given it.',
  )
}
