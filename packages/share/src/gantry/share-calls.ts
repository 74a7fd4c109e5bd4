import type { ShareEvent, ShareSummary } from '../keeper/share-keeper.ts'
import { parseSecretLink } from '../secret/secret-link.ts'
import type { Context } from './context.ts'
import { callOf, type CallSettings, type Result, resultOf } from './result.ts'

/** The shares that this user made; each named by its id, or by its secret. */
export interface ShareCalls {
  /** Newest first. */
  list(settings?: CallSettings): Promise<Result<ShareSummary[]>>
  /** Ends a share at once, for everybody; what somebody has copied is theirs. */
  revoke(share: string, settings?: CallSettings): Promise<Result<void>>
  /** Who opened it, and when. */
  audit(share: string, settings?: CallSettings): Promise<Result<readonly ShareEvent[]>>
}

export function shareCalls(context: Context): ShareCalls {
  return {
    list: async (settings = {}) =>
      await resultOf(async () => {
        const shares: ShareSummary[] = []
        for await (const share of context.keeper.list(callOf(settings))) shares.push(share)
        return shares
      }),
    revoke: async (share, settings = {}) =>
      await resultOf(async () => await context.keeper.revoke(idOf(share), callOf(settings))),
    audit: async (share, settings = {}) =>
      await resultOf(async () => await context.keeper.audit(idOf(share), callOf(settings))),
  }
}

/** The key of a secret stays here. */
function idOf(share: string): string {
  return share.includes('#') ? parseSecretLink(share).id : share
}
