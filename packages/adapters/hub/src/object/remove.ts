import { type Call, isGantryError } from '@gantry/core/driver'

import type { Service } from '../service.ts'

/** Succeeds also when nothing is there. */
export async function remove(service: Service, path: string, call: Call): Promise<void> {
  try {
    await service.perform({ method: 'DELETE', path: service.object(path), repeatable: true }, call)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
  }
}
