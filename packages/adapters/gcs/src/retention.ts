import type { RetainDriver } from '@gantry/core/driver'

import { retentionResource } from './object/metadata.ts'
import { timeOf } from './object/resource.ts'
import { look } from './object/stat.ts'
import { jsonBody, type Service } from './service/service.ts'

/** Retention of objects, each until a time of its own; that of the bucket's policy is told, too. */
export function retentionOf(service: Service): RetainDriver {
  return {
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
