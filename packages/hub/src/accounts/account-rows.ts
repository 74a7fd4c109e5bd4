export interface AccountRow {
  readonly name: string
  readonly scopes: string
  /** JSON; null is everywhere. */
  readonly prefixes: string | null
  readonly quota: number | null
  readonly used: number
  readonly created: number
  readonly revoked: number | null
}

export interface AccountKeyRow {
  readonly kid: string
  readonly account: string
  readonly alg: string
  /** JSON; public. */
  readonly jwk: string
  readonly created: number
  readonly ends: number | null
}
