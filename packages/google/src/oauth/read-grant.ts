import { GantryError } from '@gantry/core/driver'
import { getValidatedIdTokenClaims, type TokenEndpointResponse } from 'oauth4webapi'

import type { Grant } from './grant.ts'
import { missingScopes } from './scopes.ts'

/** RFC 6749 leaves out the lifetime where it is known otherwise; nobody does. */
const shortest = 300

/** What the token endpoint has answered; `permission_denied` where less was given than is needed. */
export function readGrant(answer: TokenEndpointResponse, asked: readonly string[], now: number): Grant {
  const { access_token: token, expires_in: lives = shortest, refresh_token: refreshToken, scope } = answer
  // An answer without scopes gives what was asked for (RFC 6749 5.1).
  const scopes = scope === undefined ? asked : scope.split(' ').filter((name) => name !== '')
  if (missingScopes(asked, scopes).length > 0) {
    throw new GantryError(
      'permission_denied',
      'Not all access that is needed was given: sign in again, and tick it on the page of consent.',
    )
  }
  const claims = getValidatedIdTokenClaims(answer)
  const email = claims?.['email']
  return {
    token: { token, expires: now + lives * 1000 },
    scopes,
    ...(typeof email === 'string' && { account: email }),
    ...(claims !== undefined && { subject: claims.sub }),
    ...(refreshToken !== undefined && { refreshToken }),
  }
}
