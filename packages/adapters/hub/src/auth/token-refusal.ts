import { type ErrorCode, errorOfHttpRefusal, GantryError, type HttpRefusalAnswer } from '@gantry/core/driver'
import * as z from 'zod'

const refusalSchema = z.object({ error: z.string() })

/** Errors of token endpoints (RFC 6749 5.2 and 4.1.2.1). */
const byError: ReadonlyMap<string, readonly [ErrorCode, string]> = new Map([
  ['invalid_client', ['unauthenticated', 'The hub does not know the account, or its key is revoked: get a new key.']],
  [
    'invalid_grant',
    ['unauthenticated', 'The hub did not accept the key: check that it is not revoked or expired, and this clock.'],
  ],
  ['unauthorized_client', ['permission_denied', 'The account may not get tokens in this way.']],
  ['access_denied', ['permission_denied', 'The hub gives this account no token.']],
  ['invalid_scope', ['permission_denied', 'The account does not have the scopes that were asked for.']],
  ['temporarily_unavailable', ['unavailable', 'The hub gives no tokens now: try again.']],
  ['server_error', ['unavailable', 'The hub failed to make a token: try again.']],
])

/** What a refusal of the token endpoint stands for; never quotes it, because it may quote the assertion. */
export function errorOfTokenRefusal(answer: HttpRefusalAnswer): GantryError {
  const general = errorOfHttpRefusal(answer)
  const known = byError.get(readError(answer.body) ?? '')
  // That there are too many of them says more than what one of them asked.
  if (known === undefined || general.code === 'rate_limited') return general
  const { retryAfter, cause } = general
  return new GantryError(known[0], known[1], { ...(retryAfter !== undefined && { retryAfter }), cause })
}

function readError(body: string | undefined): string | undefined {
  try {
    return refusalSchema.safeParse(JSON.parse(body ?? '')).data?.error
  } catch {
    return undefined
  }
}
