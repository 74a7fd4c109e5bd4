import { type Call, collect, GantryError, isGantryError } from '@gantry/core/driver'
import { retrying } from '@gantry/http'

import { type Resource, segmentsOf } from '../retrieve/resource.ts'
import type { Service } from '../service.ts'

/** Longest answer that is read: one that tells of work which goes on. */
const longestAnswer = 64 * 1024

/**
 * Removes an instance, a series or a study where the service has DELETE, which is not of the standard. Succeeds also when
 * there is nothing; a service may go on removing after it has answered.
 */
export async function removeResource(service: Service, resource: Resource, call: Call): Promise<void> {
  try {
    const request = { method: 'DELETE', path: segmentsOf(resource), repeatable: true } as const
    await retrying(call, async () => await collect((await service.send(request, call)).body, longestAnswer))
  } catch (error) {
    if (!isGantryError(error)) throw error
    if (error.code === 'not_found') return
    if (error.code !== 'unsupported') throw error
    throw new GantryError(
      'unsupported',
      'The DICOMweb service removes nothing over DICOMweb: remove it by its own means.',
      {
        cause: error,
      },
    )
  }
}
