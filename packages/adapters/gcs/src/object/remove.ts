import { type Call, isGantryError } from '@gantry/core/driver'
import { retrying } from '@gantry/http'

import type { Service } from '../service/service.ts'

/** Succeeds also when nothing is there. */
export async function remove(service: Service, path: string, call: Call): Promise<void> {
  await retrying(call, async () => await removeKey(service, service.keyOf(path), undefined, call))
}

export async function removeKey(
  service: Service,
  key: string,
  generation: string | undefined,
  call: Call,
): Promise<void> {
  const url = service.objectUrl(key, { ifGenerationMatch: generation })
  try {
    await service.perform({ method: 'DELETE', url, repeatable: true }, call)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
  }
}
