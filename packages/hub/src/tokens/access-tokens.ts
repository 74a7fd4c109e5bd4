import { type HubScope, hubScopes } from '@gantry/core/hub'
import { importJWK, SignJWT } from 'jose'

import type { AccountKeyRow, AccountRow } from '../accounts/account-rows.ts'
import { first } from '../database/hub-database.ts'
import type { HubSetup } from '../options.ts'
import { randomHex } from '../random-text.ts'
import type { Opener, Principal } from './principal.ts'
import type { SigningKey } from './signing-keys.ts'
import { invalidToken, type VerifyingKey, verifyToken } from './verify-token.ts'

export interface Minted {
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** Mints and checks the hub's own access tokens (RFC 9068). */
export class AccessTokenMint {
  readonly #parts: HubSetup
  readonly #imported = new Map<string, ReturnType<typeof importJWK>>()

  constructor(parts: HubSetup) {
    this.#parts = parts
  }

  /** How long a token lives: never longer than an hour. */
  get lifetime(): number {
    return Math.min(this.#parts.limits.tokenFor, 3_600_000)
  }

  async forAccount(account: AccountRow, kid: string, scopes: readonly HubScope[]): Promise<Minted> {
    const claims = {
      key: kid,
      ...(account.prefixes !== null && { prefixes: JSON.parse(account.prefixes) as string[] }),
    }
    return await this.#mint(account.name, { scope: scopes.join(' '), ...claims }, undefined)
  }

  /** `until` is the end of the share, where it has one; `opened` is when it was opened that the token goes back to, and `by` whom. */
  async forShare(
    share: string,
    {
      until,
      opened,
      by,
    }: { readonly until: number | undefined; readonly opened: number; readonly by?: Opener | undefined },
  ): Promise<Minted> {
    return await this.#mint('share', { scope: 'sources:read', share, opened, ...(by !== undefined && { by }) }, until)
  }

  /** Who a token speaks for, as of now: an account or a key that was revoked speaks no more. */
  async check(token: string): Promise<Principal> {
    const { issuer, clock } = this.#parts
    const keyOf = async (kid: string) => await this.#keyOf(kid)
    const claims = await verifyToken(token, { keyOf, issuer, now: clock() })
    const { client_id: account, scope, key = '', prefixes, share, opened, by } = claims
    if (share !== undefined) {
      if (by !== undefined) await this.#living(by)
      return { kind: 'share', share, opened, by }
    }
    const row = await this.#living({ account, key })
    const held = new Set(row.scopes.split(' '))
    const scopes = new Set(hubScopes.filter((one) => held.has(one) && scope.split(' ').includes(one)))
    return { kind: 'account', account, key, scopes, prefixes, admin: scopes.has('admin') }
  }

  /** The account, unless it or its key was revoked. */
  async #living({ account, key }: Opener): Promise<AccountRow> {
    const row = await first(
      this.#parts.database.all<AccountRow & Pick<AccountKeyRow, 'ends'>>(
        `SELECT a.*, k.ends FROM accounts a JOIN account_keys k ON k.account = a.name WHERE a.name = ? AND k.kid = ?`,
        account,
        key,
      ),
    )
    const now = this.#parts.clock()
    if (row === undefined || row.revoked !== null || (row.ends !== null && row.ends <= now)) throw invalidToken()
    return row
  }

  async #mint(subject: string, claims: object, until: number | undefined): Promise<Minted> {
    const { keys, issuer, clock, random } = this.#parts
    const { kid, alg } = keys.current
    const now = clock()
    const expires = Math.min(now + this.lifetime, until ?? Infinity)
    const token = await new SignJWT({ ...claims, client_id: subject })
      .setProtectedHeader({ typ: 'at+jwt', alg, kid })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setSubject(subject)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor(expires / 1000))
      .setJti(randomHex(random, 16))
      .sign(await this.#import('private', keys.current))
    return { token, expires: Math.floor(expires / 1000) * 1000 }
  }

  async #keyOf(kid: string): Promise<VerifyingKey | undefined> {
    const key = this.#parts.keys.verifying.find((one) => one.kid === kid)
    return key === undefined ? undefined : { alg: key.alg, key: await this.#import('public', key) }
  }

  #import(use: 'private' | 'public', { kid, alg, jwk }: SigningKey): ReturnType<typeof importJWK> {
    const name = `${use} ${kid}`
    const known = this.#imported.get(name) ?? importJWK(jwk, alg)
    this.#imported.set(name, known)
    return known
  }
}
