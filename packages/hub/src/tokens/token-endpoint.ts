import { type HubScope, type HubToken, hubScopes } from '@gantry/core/hub'

import type { HubSetup } from '../options.ts'
import type { RateLimit } from '../rate-limit.ts'
import type { AccessTokenMint } from './access-tokens.ts'
import { proveAssertion } from './assertion.ts'
import { TokenRefusal } from './token-refusal.ts'

export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Longest assertion that is looked at. */
const longestAssertion = 16 * 1024

/** Exchanges an assertion for an access token (RFC 7523 2.1). */
export async function exchange(
  form: URLSearchParams,
  { parts, mint, perAccount }: { parts: HubSetup; mint: AccessTokenMint; perAccount: RateLimit },
): Promise<HubToken> {
  const one = (name: string): string | undefined => {
    const values = form.getAll(name)
    if (values.length > 1) throw new TokenRefusal('invalid_request', `There is more than one "${name}".`)
    return values[0]
  }
  const grant = one('grant_type')
  if (grant === undefined) throw new TokenRefusal('invalid_request', 'There is no "grant_type".')
  if (grant !== jwtBearer) throw new TokenRefusal('unsupported_grant_type', `The grant type must be ${jwtBearer}.`)
  const assertion = one('assertion')
  if (assertion === undefined || assertion.length > longestAssertion) {
    throw new TokenRefusal('invalid_request', 'There is no "assertion", or it is too long.')
  }
  const { account, kid } = await proveAssertion(assertion, parts)
  // Only now: else anyone could use up the attempts of an account whose name is known.
  perAccount.take(account.name)
  const held = account.scopes.split(' ') as HubScope[]
  const wanted = one('scope')
  const scopes = wanted === undefined || wanted.trim() === '' ? held : scopesOf(wanted, held)
  const { token, expires } = await mint.forAccount(account, kid, scopes)
  const seconds = Math.max(1, Math.floor((expires - parts.clock()) / 1000))
  return { access_token: token, token_type: 'Bearer', expires_in: seconds, scope: scopes.join(' ') }
}

function scopesOf(wanted: string, held: readonly HubScope[]): HubScope[] {
  const names = new Set(wanted.trim().split(/\s+/u))
  const scopes = hubScopes.filter((scope) => names.has(scope))
  if (scopes.length !== names.size || !scopes.every((scope) => held.includes(scope))) {
    throw new TokenRefusal('invalid_scope', 'The account has not all of these scopes.')
  }
  return scopes
}
