import type { AccessToken } from '@gantry/core'

/** What a sign-in has brought. */
export interface Grant {
  readonly token: AccessToken
  readonly scopes: readonly string[]
  /** Who signed in, as the provider says: an address, for people. */
  readonly account?: string
  /** Only where it was asked for. */
  readonly refreshToken?: string
}
