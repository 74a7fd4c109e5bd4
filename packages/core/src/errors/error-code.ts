/**
 * Why something failed, as a short fixed list. Programs act on the code, never on the message.
 *
 * - `invalid` the request or the data is malformed, and will be the next time too
 * - `unauthenticated` no valid credential was presented
 * - `permission_denied` the credential is valid and not allowed to do this
 * - `not_found` there is no such entry, bucket, job or remote
 * - `already_exists` it is there, and the caller asked that it should not be
 * - `precondition_failed` the entry is not the version that the caller named
 * - `integrity` the bytes are not the bytes that were promised
 * - `rate_limited` the service asks for fewer requests
 * - `unavailable` the service or the network failed in a way that may pass
 * - `timeout` nothing moved for longer than allowed
 * - `read_only` the place takes no writes: no space, a read-only mount, a closed service
 * - `unsupported` this store cannot do it, whoever asks
 * - `cancelled` the caller's signal was aborted
 * - `internal` a defect in Gantry or an adapter
 */
export const errorCodes = [
  'invalid',
  'unauthenticated',
  'permission_denied',
  'not_found',
  'already_exists',
  'precondition_failed',
  'integrity',
  'rate_limited',
  'unavailable',
  'timeout',
  'read_only',
  'unsupported',
  'cancelled',
  'internal',
] as const

/** One of `errorCodes`. */
export type ErrorCode = (typeof errorCodes)[number]

const retryableCodes: ReadonlySet<ErrorCode> = new Set(['integrity', 'rate_limited', 'unavailable', 'timeout'])

/** Whether the same call may succeed later, judged by its code alone. */
export function isRetryableCode(code: ErrorCode): boolean {
  return retryableCodes.has(code)
}
