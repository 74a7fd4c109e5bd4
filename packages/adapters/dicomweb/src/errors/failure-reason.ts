import type { ErrorCode } from '@gantry/core/driver'

/** An instance of those UIDs is there already: 0x0111 of the standard, 45070 of Azure. */
const duplicateReasons: ReadonlySet<number> = new Set([0x0111, 45_070])

const codes: ReadonlyMap<number, ErrorCode> = new Map([
  [0x0110, 'unavailable'],
  [0x0112, 'not_found'],
  [0x0117, 'invalid'],
  [0x0122, 'unsupported'],
  [0x0124, 'permission_denied'],
  // Azure: another request stores the same instance at this moment.
  [45_071, 'unavailable'],
  // The transfer syntax is not supported (PS3.18 table I.2-2).
  [0xc122, 'unsupported'],
])

/** What a Failure Reason (0008,1197) means: PS3.18 I.2.2, PS3.4 B.2.3, and what services add to it. */
export function codeOfFailureReason(reason: number): ErrorCode {
  const known = duplicateReasons.has(reason) ? 'already_exists' : codes.get(reason)
  if (known !== undefined) return known
  // Out of resources.
  if (reason >= 0xa700 && reason <= 0xa7ff) return 'unavailable'
  // Data set does not match; cannot understand: the same bytes will be refused again.
  return 'invalid'
}
