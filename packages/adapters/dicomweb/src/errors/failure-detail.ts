import type { ErrorCode } from '@gantry/core/driver'

/** What Cloud Healthcare's FailureDetail (0009,1097) says in words, as far as programs must know; never repeated. */
export function failureDetailSays(detail: unknown): ErrorCode | undefined {
  return typeof detail === 'string' && /already exists/iu.test(detail) ? 'already_exists' : undefined
}
