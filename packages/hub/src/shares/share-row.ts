import { Refusal } from '@gantry/core'
import type { HubShare } from '@gantry/core/hub'

import type { AccountPrincipal } from '../tokens/principal.ts'

export interface ShareRow {
  readonly seq: number
  /** Of the id: what is looked up by. */
  readonly hash: string
  readonly id: string
  readonly owner: string
  /** Digest of what was asked for, to tell a repeated request from another one. */
  readonly request: string
  readonly metadata: string
  readonly key_lock: string | null
  readonly token_required: number
  readonly created: number
  readonly expires: number | null
  readonly max_opens: number | null
  readonly opens: number
  /** Last time. */
  readonly opened: number | null
  readonly revoked: number | null
  /** When it gave its objects up: revoked, expired, or used up and its last token lapsed. */
  readonly ended: number | null
  readonly objects: number
  readonly bytes: number
}

/** As the caller sees it. */
export function shareOf(row: ShareRow, { admin }: Pick<AccountPrincipal, 'admin'>): HubShare {
  return {
    id: row.id,
    ...(admin && { owner: row.owner }),
    created: row.created,
    ...(row.expires !== null && { expires: row.expires }),
    ...(row.max_opens !== null && { maxOpens: row.max_opens }),
    opens: row.opens,
    ...(row.revoked !== null && { revoked: row.revoked }),
    tokenRequired: row.token_required === 1,
    passphrase: row.key_lock !== null,
    objects: row.objects,
    bytes: row.bytes,
  }
}

/** Why a share cannot be opened any more. */
type ShareEnd = 'revoked' | 'expired' | 'used_up'

export function endOf({ revoked, expires, max_opens, opens }: ShareRow, now: number): ShareEnd | undefined {
  if (revoked !== null) return 'revoked'
  if (expires !== null && expires <= now) return 'expired'
  return max_opens !== null && opens >= max_opens ? 'used_up' : undefined
}

const endings: { readonly [End in ShareEnd]: string } = {
  revoked: 'The share was revoked: ask who made it.',
  expired: 'The share has expired: ask who made it.',
  used_up: 'The share was opened as often as it may be: ask who made it.',
}

export function gone(end: ShareEnd): Refusal {
  return new Refusal('not_found', endings[end], { status: 410, reason: end })
}
