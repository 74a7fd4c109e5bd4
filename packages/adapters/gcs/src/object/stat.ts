import type { Call, SizedEntry } from '@gantry/core/driver'
import { retrying } from '@gantry/http'

import type { Service } from '../service/service.ts'
import { entryOfResource, type Resource, resourceFields, resourceSchema } from './resource.ts'

export async function stat(service: Service, path: string, call: Call): Promise<SizedEntry> {
  return entryOfResource(path, await retrying(call, async () => await look(service, service.keyOf(path), call)))
}

/** All that is told of an object. */
export async function look(service: Service, key: string, call: Call): Promise<Resource> {
  const url = service.objectUrl(key, { fields: resourceFields })
  return await service.json({ method: 'GET', url }, resourceSchema, call)
}
