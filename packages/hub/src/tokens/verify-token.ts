import { Refusal } from '@gantry/core'
import { decodeProtectedHeader, type importJWK, jwtVerify } from 'jose'
import * as z from 'zod'

const claimsSchema = z.object({
  sub: z.string(),
  client_id: z.string(),
  scope: z.string(),
  /** The account's key that asked for the token: it ends with that. */
  key: z.string().optional(),
  prefixes: z.array(z.string()).optional(),
  share: z.string().optional(),
  /** When the share was opened that the token goes back to: milliseconds since the epoch. */
  opened: z.int().optional(),
  /** Who opened it, where that has to be an account: the token ends with that account, and with its key. */
  by: z.object({ account: z.string(), key: z.string() }).optional(),
})

export type TokenClaims = z.output<typeof claimsSchema>

export interface VerifyingKey {
  readonly alg: string
  readonly key: Awaited<ReturnType<typeof importJWK>>
}

export interface VerifyOptions {
  /** The hub's key of that id, unless it has none; what this fails with is passed on. */
  readonly keyOf: (kid: string) => Promise<VerifyingKey | undefined>
  /** The hub, which is the audience as well. */
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What an access token of a hub (RFC 9068) says, proved by a key of that hub; `unauthenticated` for all that is none. */
export async function verifyToken(token: string, { keyOf, issuer, now }: VerifyOptions): Promise<TokenClaims> {
  const known = await keyOf(kidOf(token))
  if (known === undefined) throw invalidToken()
  try {
    const { payload } = await jwtVerify(token, known.key, {
      // What the key is for, never what the token says.
      algorithms: [known.alg],
      typ: 'at+jwt',
      issuer,
      audience: issuer,
      requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'],
      currentDate: new Date(now),
    })
    return claimsSchema.parse(payload)
  } catch (cause) {
    throw invalidToken(cause)
  }
}

function kidOf(token: string): string {
  try {
    return decodeProtectedHeader(token).kid ?? ''
  } catch (cause) {
    throw invalidToken(cause)
  }
}

/** One answer for all reasons: who presents what is no token learns nothing of what is one. */
export function invalidToken(cause?: unknown): Refusal {
  return new Refusal('unauthenticated', 'The access token is not valid, or not any more: get a new one.', {
    cause,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })
}
