import { GantryError, isGantryError } from '@gantry/core'
import { type HubScope, hubScopes } from '@gantry/core/hub'
import { importJWK } from 'jose'
import * as z from 'zod'

import { type VerifyingKey, verifyToken } from './verify-token.ts'

export interface HubTokenCheckOptions {
  /** The hub's own URL, as its tokens have it. */
  readonly issuer: string
  /** Asks the hub for its `/.well-known/jwks.json`, and answers what that is, parsed. */
  readonly keys: () => Promise<unknown>
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly clock?: (() => number) | undefined
}

/** Whom an access token speaks for. */
export interface TokenHolder {
  readonly account: string
  /** None of a token that whoever opened a share was given. */
  readonly scopes: ReadonlySet<HubScope>
  /** Paths at or below which it may act; `undefined` is everywhere. */
  readonly prefixes: readonly string[] | undefined
}

export interface HubTokenCheck {
  /** `unauthenticated` for what is no token of the hub, or not any more; `unavailable` where its keys cannot be had. */
  readonly check: (token: string) => Promise<TokenHolder>
  /** Asks for the keys now; fails where they cannot be had. */
  readonly refresh: () => Promise<void>
}

/** Keys that are older are asked for again, as their `Cache-Control` says. */
const fresh = 300_000
/** Not more often than that, whoever sends tokens of unknown keys. */
const pause = 10_000

const jwksSchema = z.object({
  keys: z.array(
    z.looseObject({
      kid: z.string(),
      kty: z.enum(['OKP', 'EC', 'RSA']),
      alg: z.enum(['EdDSA', 'ES256', 'RS256']),
    }),
  ),
})

/**
 * Checks access tokens of a hub elsewhere, by its public keys and its own rules. What only the hub knows it does not: a
 * token of an account or key that was revoked is taken until it expires, an hour at most after it was given.
 */
export function hubTokenCheck({ issuer, keys: ask, clock = Date.now }: HubTokenCheckOptions): HubTokenCheck {
  let keys = new Map<string, VerifyingKey>()
  let asked = -Infinity
  let had = -Infinity
  let asking: Promise<void> | undefined
  const fetchKeys = async () => {
    asked = clock()
    try {
      keys = await importKeys(await ask())
    } catch (cause) {
      throw isGantryError(cause) ? cause : noKeys(cause)
    }
    had = clock()
  }
  const refresh = async () => {
    asking ??= fetchKeys().finally(() => {
      asking = undefined
    })
    await asking
  }
  const keyOf = async (kid: string) => {
    const known = keys.get(kid)
    if (known !== undefined && clock() - had < fresh) return known
    if (asking === undefined && clock() - asked < pause) {
      if (known === undefined && had < asked) throw noKeys()
      return known
    }
    try {
      await refresh()
    } catch (error) {
      // A hub that is away for a while shuts nobody out who has a token.
      if (known === undefined) throw error
    }
    return keys.get(kid)
  }
  return {
    refresh,
    async check(token) {
      const claims = await verifyToken(token, { keyOf, issuer, now: clock() })
      const { client_id: account, scope, prefixes, share } = claims
      const given = new Set(scope.split(' '))
      const scopes = new Set(share === undefined ? hubScopes.filter((one) => given.has(one)) : [])
      return { account, scopes, prefixes }
    },
  }
}

async function importKeys(given: unknown): Promise<Map<string, VerifyingKey>> {
  const { data } = jwksSchema.safeParse(given)
  if (data === undefined) throw noKeys()
  return new Map(
    await Promise.all(
      data.keys.map(async (jwk) => [jwk.kid, { alg: jwk.alg, key: await importJWK(jwk, jwk.alg) }] as const),
    ),
  )
}

function noKeys(cause?: unknown): GantryError {
  const message = 'The keys of the hub cannot be had: check its URL, and whether it runs.'
  return new GantryError('unavailable', message, { cause })
}
