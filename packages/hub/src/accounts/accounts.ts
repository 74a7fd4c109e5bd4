import { GantryError, isPath } from '@gantry/core'
import { type HubKeyFile, type HubScope, hubScopes } from '@gantry/core/hub'
import { exportJWK, generateKeyPair } from 'jose'

import { first, type SqlWriter } from '../database/hub-database.ts'
import type { HubSetup } from '../options.ts'
import { randomHex } from '../random-text.ts'
import type { AccountKeyRow, AccountRow } from './account-rows.ts'

/** Algorithms that a service account may sign with. */
export type AccountAlgorithm = HubKeyFile['key']['alg']

export interface NewAccount {
  readonly scopes: readonly HubScope[]
  /** Paths at or below which it may read and write; default: everywhere. */
  readonly prefixes?: readonly string[]
  /** Bytes that it may keep; default: no limit. */
  readonly quota?: number
  /** Default: EdDSA. */
  readonly alg?: AccountAlgorithm
}

export interface AccountKey {
  readonly kid: string
  readonly alg: string
  readonly created: number
  /** From when it is refused. */
  readonly ends?: number
}

export interface Account {
  readonly name: string
  readonly scopes: readonly HubScope[]
  readonly prefixes?: readonly string[]
  readonly quota?: number
  /** Bytes that it keeps. */
  readonly used: number
  readonly created: number
  readonly revoked?: number
  readonly keys: readonly AccountKey[]
}

/** Who may ask for tokens. The hub keeps public keys only. */
export interface Accounts {
  /** Answers the key file, which nobody keeps a copy of. `already_exists`. */
  create(name: string, account: NewAccount): Promise<HubKeyFile>
  list(): Promise<Account[]>
  /** A new key; the old ones end at once, or after `grace` milliseconds. `not_found`. */
  rotate(name: string, options?: { readonly grace?: number; readonly alg?: AccountAlgorithm }): Promise<HubKeyFile>
  /** Ends an account, or one key by its `kid`, and all access tokens that came of it. `not_found`. */
  revoke(nameOrKid: string): Promise<void>
}

export function createAccounts(parts: HubSetup): Accounts {
  const { database, clock, issuer } = parts
  return {
    async create(name, account) {
      check(name, account)
      const { alg = 'EdDSA' } = account
      const pair = await keyPair(alg, parts)
      const now = clock()
      await database.write(async (sql) => {
        if (await first(sql.all('SELECT 1 FROM accounts WHERE name = ?', name))) {
          throw new GantryError('already_exists', 'There is an account of that name, or there was one.')
        }
        const scopes = hubScopes.filter((scope) => account.scopes.includes(scope)).join(' ')
        const prefixes = account.prefixes === undefined ? null : JSON.stringify(account.prefixes)
        await sql.run(
          'INSERT INTO accounts (name, scopes, prefixes, quota, created) VALUES (?, ?, ?, ?, ?)',
          name,
          scopes,
          prefixes,
          account.quota ?? null,
          now,
        )
        await insertKey(sql, name, pair, now)
      })
      return keyFile(issuer, name, pair)
    },
    async list() {
      const accounts = await database.all<AccountRow>('SELECT * FROM accounts ORDER BY name')
      const keys = await database.all<AccountKeyRow>('SELECT * FROM account_keys ORDER BY created, kid')
      return accounts.map((row) => accountOf(row, keys))
    },
    async rotate(name, { grace = 0, alg } = {}) {
      const row = await first(database.all<AccountRow>('SELECT * FROM accounts WHERE name = ?', name))
      if (row === undefined || row.revoked !== null) throw new GantryError('not_found', 'There is no such account.')
      const newest = await first(
        database.all<AccountKeyRow>('SELECT * FROM account_keys WHERE account = ? ORDER BY created DESC LIMIT 1', name),
      )
      const pair = await keyPair(alg ?? (newest?.alg as AccountAlgorithm | undefined) ?? 'EdDSA', parts)
      const now = clock()
      await database.write(async (sql) => {
        const ends = now + grace
        await sql.run(
          'UPDATE account_keys SET ends = ? WHERE account = ? AND (ends IS NULL OR ends > ?)',
          ends,
          name,
          ends,
        )
        await insertKey(sql, name, pair, now)
      })
      return keyFile(issuer, name, pair)
    },
    async revoke(nameOrKid) {
      const now = clock()
      const changed = await database.write(async (sql) => {
        const accounts = await sql.run(
          'UPDATE accounts SET revoked = coalesce(revoked, ?) WHERE name = ?',
          now,
          nameOrKid,
        )
        const keys = await sql.run(
          'UPDATE account_keys SET ends = min(coalesce(ends, ?), ?) WHERE kid = ? OR account = ?',
          now,
          now,
          nameOrKid,
          nameOrKid,
        )
        return accounts + keys
      })
      if (changed === 0) throw new GantryError('not_found', 'There is no such account or key.')
    },
  }
}

function check(name: string, { scopes, prefixes = [], quota }: NewAccount): void {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/u.test(name)) {
    throw new GantryError('invalid', 'An account is named by 1 to 64 of a-z, 0-9, ".", "_" and "-".')
  }
  if (scopes.length === 0 || scopes.some((scope) => !hubScopes.includes(scope))) {
    throw new GantryError('invalid', `An account needs scopes, of these: ${hubScopes.join(', ')}.`)
  }
  if (!prefixes.every((prefix) => isPath(prefix))) throw new GantryError('invalid', 'A prefix is no path.')
  if (quota !== undefined && !(Number.isSafeInteger(quota) && quota >= 0)) {
    throw new GantryError('invalid', 'A quota is a number of bytes.')
  }
}

interface KeyPair {
  readonly kid: string
  readonly alg: AccountAlgorithm
  readonly publicJwk: object
  readonly privateJwk: object
}

async function keyPair(alg: AccountAlgorithm, { random }: HubSetup): Promise<KeyPair> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 3072 })
  const kid = randomHex(random, 16)
  const facts = { kid, alg }
  return {
    kid,
    alg,
    publicJwk: { ...(await exportJWK(publicKey)), ...facts },
    privateJwk: { ...(await exportJWK(privateKey)), ...facts },
  }
}

async function insertKey(sql: SqlWriter, account: string, { kid, alg, publicJwk }: KeyPair, now: number) {
  await sql.run(
    'INSERT INTO account_keys (kid, account, alg, jwk, created) VALUES (?, ?, ?, ?, ?)',
    kid,
    account,
    alg,
    JSON.stringify(publicJwk),
    now,
  )
}

function keyFile(hub: string, account: string, { kid, alg, privateJwk }: KeyPair): HubKeyFile {
  return { type: 'gantry-service-account', hub, account, key: { ...privateJwk, kid, alg } }
}

function accountOf(row: AccountRow, keys: readonly AccountKeyRow[]): Account {
  const { name, scopes, prefixes, quota, used, created, revoked } = row
  return {
    name,
    scopes: scopes.split(' ') as HubScope[],
    ...(prefixes !== null && { prefixes: JSON.parse(prefixes) as string[] }),
    ...(quota !== null && { quota }),
    used,
    created,
    ...(revoked !== null && { revoked }),
    keys: keys
      .filter(({ account }) => account === name)
      .map(({ kid, alg, created: since, ends }) => ({ kid, alg, created: since, ...(ends !== null && { ends }) })),
  }
}
