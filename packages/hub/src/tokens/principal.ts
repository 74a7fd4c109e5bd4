import { isAtOrBelow, Refusal } from '@gantry/core'
import type { HubScope } from '@gantry/core/hub'

/** A service account, as an access token speaks for it. */
export interface AccountPrincipal {
  readonly kind: 'account'
  readonly account: string
  /** Of the account's keys, the one that asked for the token. */
  readonly key: string
  readonly scopes: ReadonlySet<HubScope>
  /** Paths at or below which it may act; `undefined` is everywhere. */
  readonly prefixes: readonly string[] | undefined
  readonly admin: boolean
}

/** Whoever opened a share: reads its objects while it lives. */
export interface SharePrincipal {
  readonly kind: 'share'
  readonly share: string
  /** When it was opened: milliseconds since the epoch. */
  readonly opened: number | undefined
  /** Who opened it, where it opens with an access token only. */
  readonly by: Opener | undefined
}

export type Opener = Pick<AccountPrincipal, 'account' | 'key'>

export type Principal = AccountPrincipal | SharePrincipal

function isWithin(path: string, prefixes: readonly string[] | undefined): boolean {
  return prefixes === undefined || prefixes.some((prefix) => isAtOrBelow(path, prefix))
}

/** Refuses what lies outside of the prefixes of the token. */
export function checkWithin(path: string, { prefixes }: AccountPrincipal): void {
  if (!isWithin(path, prefixes)) {
    throw new Refusal('permission_denied', 'The access token does not reach that path.', { reason: 'prefix' })
  }
}

export function ownsOrAdmins({ account, admin }: AccountPrincipal, owner: string): boolean {
  return admin || owner === account
}
