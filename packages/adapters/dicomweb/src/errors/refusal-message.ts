import type { ErrorCode } from '@gantry/core/driver'

import type { Profile } from '../profiles/profile.ts'
import type { Tried } from './tried.ts'

const verbs = { search: 'search', retrieve: 'read from', store: 'store to', remove: 'remove from' } as const
const resources = { service: 'service', study: 'study', series: 'series', instance: 'instance' } as const

/** What happened, and what to do. */
export function refusalMessage(code: ErrorCode, tried: Tried, profile: Profile): string {
  const { action } = tried
  const resource = resources[tried.resource]
  switch (code) {
    case 'unauthenticated':
      return 'The DICOMweb service did not accept the credentials: give a token, or user and password, that are right and not expired.'
    case 'permission_denied':
      return forbidden(tried, profile)
    case 'not_found':
      return resource === 'service'
        ? 'There is no such DICOMweb service: check its URL.'
        : `The DICOMweb service has no such ${resource}: it may have been removed.`
    case 'already_exists':
      return 'The DICOMweb service has an instance of that UID already.'
    case 'invalid':
      return action === 'store'
        ? 'The DICOMweb service refused what was to be stored as malformed, or too large for one request.'
        : `The DICOMweb service refused the request to ${verbs[action]} it as malformed: it may not know what was asked for.`
    case 'unsupported':
      return action === 'retrieve'
        ? 'The DICOMweb service cannot give this in the form that was asked for: ask for another transfer syntax or media type.'
        : `The DICOMweb service cannot do that: it does not let anyone ${verbs[action]} it this way.`
    case 'rate_limited':
      return 'The DICOMweb service asks for fewer requests: try again later or with fewer at a time.'
    case 'read_only':
      return 'The DICOMweb service takes no more: it is full, or closed for writing.'
    case 'timeout':
      return 'The DICOMweb service gave up waiting: try again.'
    default:
      return `The DICOMweb service failed to ${verbs[action]} it: try again.`
  }
}

function forbidden({ action, resource }: Tried, { roles, forbiddenMayBeMissing }: Profile): string {
  const writes = action === 'store' || action === 'remove'
  const role = roles?.[writes ? 'write' : 'read']
  const denied = `The credentials may not ${verbs[action]} this DICOMweb service`
  const ask = role === undefined ? 'ask its owner for access' : `ask its owner for the role ${role}`
  const missing = `; or there is no such ${resource === 'service' ? 'store' : resource}, which is answered the same`
  return `${denied}: ${ask}${forbiddenMayBeMissing ? missing : ''}.`
}
