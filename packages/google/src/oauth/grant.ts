import type { AccessToken } from '@gantry/core'

/** What a sign-in has brought. */
export interface Grant {
  readonly token: AccessToken
  readonly scopes: readonly string[]
  /** Who signed in, as the provider says: an address, for people. */
  readonly account?: string
  /** The same person for ever, as the provider numbers them (`sub`, OIDC Core 2); addresses may go to others. */
  readonly subject?: string
  /** Only where it was asked for. */
  readonly refreshToken?: string
}
