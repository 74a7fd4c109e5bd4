import type { JWK } from 'jose'

/** A key of the hub's own, for access tokens: a JWK with `kid` and `alg`. */
export interface SigningKey {
  readonly kid: string
  readonly alg: string
  readonly jwk: JWK
}

/** The hub's keys as of now. */
export interface SigningKeys {
  /** Private; new tokens are signed with it. */
  readonly current: SigningKey
  /** Public, of `current` and of those before it whose tokens may still live. */
  readonly verifying: readonly SigningKey[]
}
