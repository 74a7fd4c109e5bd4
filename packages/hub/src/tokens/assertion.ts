import { decodeJwt, decodeProtectedHeader, importJWK, type JWTPayload, type JWK, jwtVerify } from 'jose'

import type { AccountKeyRow, AccountRow } from '../accounts/account-rows.ts'
import { first } from '../database/hub-database.ts'
import type { HubSetup } from '../options.ts'
import { TokenRefusal } from './token-refusal.ts'

/** Seconds that an assertion may live, and that clocks may differ. */
const longestLife = 600
const skew = 60
const algorithms: ReadonlySet<string> = new Set(['EdDSA', 'ES256', 'RS256'])

/** What an assertion proves: that this account holds this key. */
export interface Proven {
  readonly account: AccountRow
  readonly kid: string
}

/** Checks an assertion (RFC 7523 3) and uses it up: it proves something once. */
export async function proveAssertion(assertion: string, parts: HubSetup): Promise<Proven> {
  const { database, clock } = parts
  const { kid, claimed } = peek(assertion)
  const key = await first(database.all<AccountKeyRow>('SELECT * FROM account_keys WHERE kid = ?', kid))
  const account = await first(database.all<AccountRow>('SELECT * FROM accounts WHERE name = ?', claimed))
  const now = clock()
  if (key === undefined || account === undefined || key.account !== account.name) throw invalidGrant()
  if (account.revoked !== null || (key.ends !== null && key.ends <= now)) throw invalidGrant()
  // A public key that could be read for another kind of key must not decide how it is used.
  if (!algorithms.has(key.alg)) throw invalidGrant()
  const claims = await verify(assertion, key, account.name, parts)
  await useUp(account.name, claims, parts)
  return { account, kid }
}

function peek(assertion: string): { kid: string; claimed: string } {
  try {
    const { kid } = decodeProtectedHeader(assertion)
    const { iss } = decodeJwt(assertion)
    if (typeof kid === 'string' && typeof iss === 'string') return { kid, claimed: iss }
  } catch (cause) {
    throw invalidGrant(cause)
  }
  throw invalidGrant()
}

async function verify(assertion: string, key: AccountKeyRow, name: string, parts: HubSetup): Promise<JWTPayload> {
  const { issuer, clock } = parts
  const now = clock()
  try {
    const imported = await importJWK(JSON.parse(key.jwk) as JWK, key.alg)
    const { payload } = await jwtVerify(assertion, imported, {
      // Pinned to the account's key: what the assertion itself says of its algorithm decides nothing.
      algorithms: [key.alg],
      issuer: name,
      subject: name,
      audience: [issuer, `${issuer}/token`],
      requiredClaims: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti'],
      clockTolerance: skew,
      currentDate: new Date(now),
    })
    const { iat = 0, exp = 0, aud } = payload
    const seconds = now / 1000
    // An assertion for several audiences could be carried from one to the other.
    if (Array.isArray(aud) && aud.length !== 1) throw invalidGrant()
    if (exp - iat > longestLife || exp <= iat || iat > seconds + skew || exp > seconds + longestLife + skew) {
      throw invalidGrant()
    }
    return payload
  } catch (cause) {
    throw invalidGrant(cause)
  }
}

async function useUp(account: string, { jti, exp = 0 }: JWTPayload, { database }: HubSetup): Promise<void> {
  if (typeof jti !== 'string' || jti === '' || jti.length > 256) throw invalidGrant()
  const fresh = await database.write(
    async (sql) =>
      await sql.run(
        'INSERT INTO assertions (account, jti, ends) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        account,
        jti,
        Math.ceil(exp + skew) * 1000,
      ),
  )
  if (fresh === 0) throw invalidGrant()
}

function invalidGrant(cause?: unknown): TokenRefusal {
  return new TokenRefusal('invalid_grant', 'The assertion is not valid, or was used before.', { cause })
}
