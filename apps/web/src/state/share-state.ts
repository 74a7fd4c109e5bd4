import type { ShareSummary } from '@gantry/share'

export type ShareState = 'active' | 'revoked' | 'expired'

/** Used up counts as expired: it opens for nobody any more. */
export function stateOfShare(
  { revoked, expires, opens, maxOpens }: Pick<ShareSummary, 'revoked' | 'expires' | 'opens' | 'maxOpens'>,
  now: number,
): ShareState {
  if (revoked !== undefined) return 'revoked'
  if (expires !== undefined && expires <= now) return 'expired'
  return maxOpens !== undefined && opens !== undefined && opens >= maxOpens ? 'expired' : 'active'
}
