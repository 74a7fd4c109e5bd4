import type { ErrorCode } from '../errors/error-code.ts'

/** What happened and what to do, for errors whose own words could name a patient or hold a secret. */
export function describeError(code: ErrorCode): string {
  return messages[code]
}

const messages: { readonly [Code in ErrorCode]: string } = {
  invalid: 'The store refused the request as malformed.',
  unauthenticated: 'The store did not accept the credentials: check that key and secret are right and not expired.',
  permission_denied: 'Whoever runs this, or its credentials, may not do that here: ask the owner for access.',
  not_found: 'There is no such entry: check the path, and the bucket or directory that it is in.',
  already_exists: 'Something is there already.',
  precondition_failed: 'The entry changed since it was looked at: list it again.',
  integrity: 'The bytes are not the ones that were promised.',
  rate_limited: 'The store asks for fewer requests: try again later or with fewer at a time.',
  unavailable: 'The store or the network failed in a way that may pass: try again.',
  timeout: 'Nothing moved for too long: check the network and try again.',
  read_only: 'The store takes no writes: check free space and that it is not mounted or opened read-only.',
  unsupported: 'This store cannot do that.',
  cancelled: 'Stopped on request.',
  internal: 'An unexpected error: please report it with its cause.',
}
