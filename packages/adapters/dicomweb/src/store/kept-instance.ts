import { type Call, type ErrorCode, isGantryError } from '@gantry/core/driver'
import { retrying } from '@gantry/http'

import type { InstanceUids } from '../retrieve/resource.ts'
import { retrieveInstance } from '../retrieve/retrieve.ts'
import type { Service } from '../service.ts'
import { Fingerprint } from './fingerprint.ts'

/** What a service keeps under the UIDs of something that was sent: nothing, the same bytes, others, or what nobody may see. */
export async function keptInstance(
  service: Service,
  instance: InstanceUids,
  sent: string,
  call: Call,
): Promise<'nothing' | 'same' | 'other' | 'unseen'> {
  return await retrying(call, async () => {
    const kept = new Fingerprint()
    try {
      const { body } = await retrieveInstance(service, instance, {}, call)
      for await (const chunk of body) kept.update(chunk)
    } catch (error) {
      if (isMissing(error, service)) return 'nothing'
      if (isGantryError(error) && unseen.has(error.code)) return 'unseen'
      throw error
    }
    return kept.value === sent ? 'same' : 'other'
  })
}

/** Who may store may not always read: what was stored is no less stored. */
const unseen: ReadonlySet<ErrorCode> = new Set(['permission_denied', 'unsupported'])

function isMissing(error: unknown, { profile }: Service): boolean {
  if (!isGantryError(error)) return false
  return error.code === 'not_found' || (error.code === 'permission_denied' && profile.forbiddenMayBeMissing)
}
