import { GantryError } from '@gantry/core'

import type { ShareEvent, ShareSummary } from '../keeper/share-keeper.ts'
import { isShareId, parseSecretLink } from '../secret/secret-link.ts'
import { checkText } from './checks.ts'
import type { Context } from './context.ts'
import { answer, callOf, type CallSettings, type Result } from './result.ts'

/** The shares that this user made, or everybody for an admin of the hub; each named by its id, or by its secret. */
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
    list: async (settings) =>
      await answer(settings, async (own) => {
        const shares: ShareSummary[] = []
        for await (const share of context.keeper.list(callOf(own))) shares.push(share)
        return shares
      }),
    revoke: async (share, settings) =>
      await answer(settings, async (own) => await context.keeper.revoke(idOf(share), callOf(own))),
    audit: async (share, settings) =>
      await answer(settings, async (own) => await context.keeper.audit(idOf(share), callOf(own))),
  }
}

/** The key of a secret stays here. */
function idOf(share: string): string {
  const text = checkText(share, 'What names a share')
  if (text.includes('#')) return parseSecretLink(text).id
  if (isShareId(text)) return text
  throw new GantryError('invalid', 'A share is named by its id, or by its secret link.')
}
