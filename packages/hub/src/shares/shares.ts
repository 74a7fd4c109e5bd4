import { checkPath, Refusal } from '@gantry/core'
import type { HubAudit, HubOpenedShare, HubShare, HubShareRequest, HubShares } from '@gantry/core/hub'

import { checkOpen } from '../accounts/quota.ts'
import { first, type SqlWriter } from '../database/hub-database.ts'
import { claimable, releaseShared } from '../objects/claims.ts'
import { objectOf, type ObjectRow } from '../objects/object-rows.ts'
import type { HubSetup } from '../options.ts'
import { sha256 } from '../random-text.ts'
import type { AccessTokenMint } from '../tokens/access-tokens.ts'
import {
  type AccountPrincipal,
  checkWithin,
  type Opener,
  ownsOrAdmins,
  type SharePrincipal,
} from '../tokens/principal.ts'
import { endOf, gone, shareOf, type ShareRow } from './share-row.ts'
import { sameText } from './same-text.ts'

/** For so long after an open, who reads its objects gets further tokens, and spends no other open: milliseconds. */
const readingFor = 24 * 3_600_000
/** Newest refusals of a share that are kept. */
const mostRefusals = 1000
/** Objects that shares which end in one transaction give up: others wait meanwhile. */
const mostReleased = 20_000

type ShareEvent = HubAudit['events'][number]['event']

/** Which objects a share opens, for how long and how often. What they hold the hub cannot read. */
export class Shares {
  readonly #parts: HubSetup
  readonly #mint: AccessTokenMint

  constructor(parts: HubSetup, mint: AccessTokenMint) {
    this.#parts = parts
    this.#mint = mint
  }

  /** Makes a share and claims its objects, all at once; asked again for the same, it answers the same. */
  async create(request: HubShareRequest, principal: AccountPrincipal): Promise<{ share: HubShare; made: boolean }> {
    const { database, clock, limits } = this.#parts
    const { id, metadata, keyLock, expiresIn, maxOpens, tokenRequired = false } = request
    const paths = [...new Set([metadata, ...request.objects])]
    for (const path of paths) checkWithin(checkPath(path), principal)
    const hash = await sha256(id)
    const rest = [keyLock ?? null, expiresIn ?? null, maxOpens ?? null, tokenRequired]
    const asked = await sha256(JSON.stringify([metadata, paths.toSorted(), ...rest]))
    return await database.write(async (sql) => {
      const there = await first(sql.all<ShareRow>('SELECT * FROM shares WHERE hash = ?', hash))
      if (there !== undefined) {
        if (there.owner === principal.account && there.request === asked)
          return { share: shareOf(there, principal), made: false }
        throw new Refusal('already_exists', 'There is a share of that id: choose another one at random.')
      }
      await checkOpen(sql, 'shares', principal.account, limits.sharesPerAccount)
      const { bytes, ofOthers } = await claimable(sql, paths, principal)
      if (ofOthers) {
        throw new Refusal('permission_denied', 'One of the objects belongs to another account.', { reason: 'owner' })
      }
      const now = clock()
      await sql.run(
        `INSERT INTO shares (hash, id, owner, request, metadata, key_lock, token_required, created, expires, max_opens,
         objects, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        hash,
        id,
        principal.account,
        asked,
        metadata,
        keyLock ?? null,
        tokenRequired ? 1 : 0,
        now,
        expiresIn === undefined ? null : now + expiresIn * 1000,
        maxOpens ?? null,
        paths.length,
        bytes,
      )
      const row = (await first(sql.all<ShareRow>('SELECT * FROM shares WHERE hash = ?', hash))) as ShareRow
      const json = JSON.stringify(paths)
      await sql.run('INSERT INTO share_objects (share, path) SELECT ?, value FROM json_each(?)', row.seq, json)
      const claimed = 'expires IS NOT NULL AND path IN (SELECT value FROM json_each(?))'
      await sql.run(`UPDATE objects SET expires = NULL WHERE ${claimed}`, json)
      await this.#record(sql, row.seq, 'created', principal.account)
      return { share: shareOf(row, principal), made: true }
    })
  }

  /**
   * Opens a share, which counts. `authorise` says who opens it, and refuses whoever may not where a token is needed.
   * `earlier` is whoever opened it already, has a token of that yet, and asks for another. Without a passphrase at hand, a
   * share that needs one is refused before it counts.
   */
  async open(
    id: string,
    authorise: (tokenRequired: boolean) => Promise<AccountPrincipal | undefined>,
    { earlier, noPassphrase = false }: { earlier?: SharePrincipal | undefined; noPassphrase?: boolean } = {},
  ): Promise<HubOpenedShare> {
    const { database, clock } = this.#parts
    const row = await this.#find(id)
    const needed = row.token_required === 1
    const since = earlier?.opened
    // Tokens of earlier versions do not say who opened it, and stand for no account.
    const goesOn = since !== undefined && clock() - since < readingFor && (!needed || earlier?.by !== undefined)
    let opener: Opener | undefined = earlier?.by
    try {
      if (!goesOn) opener = await authorise(needed)
    } catch (error) {
      if (error instanceof Refusal) await this.#refused(row, error.code, undefined)
      throw error
    }
    const by = opener?.account
    const opened = await database.write(async (sql) => {
      const now = clock()
      // As of now, within the transaction: so that a limit of n opens is n, however many come at once.
      const current = (await first(sql.all<ShareRow>('SELECT * FROM shares WHERE seq = ?', row.seq))) as ShareRow
      const end = endOf(current, now)
      if (end !== undefined && !(goesOn && end === 'used_up')) return { end }
      if (noPassphrase && current.key_lock !== null) throw locked()
      const metadata = await first(
        sql.all<ObjectRow>('SELECT * FROM objects WHERE path = ? AND owner = ?', current.metadata, current.owner),
      )
      if (metadata === undefined) throw new Refusal('not_found', 'The share has lost its objects: ask who made it.')
      await sql.run('UPDATE shares SET opens = opens + ?, opened = ? WHERE seq = ?', goesOn ? 0 : 1, now, row.seq)
      if (!goesOn) await this.#record(sql, row.seq, 'opened', by)
      return { current, metadata }
    })
    if (opened.end !== undefined) {
      await this.#refused(row, opened.end, by)
      throw gone(opened.end)
    }
    const { current, metadata } = opened
    const { token, expires } = await this.#mint.forShare(current.id, {
      until: current.expires ?? undefined,
      opened: goesOn ? since : clock(),
      by: needed && opener !== undefined ? { account: opener.account, key: opener.key } : undefined,
    })
    const { key_lock: keyLock } = current
    return { metadata: objectOf(metadata), ...(keyLock !== null && { keyLock }), token, expires }
  }

  async get(id: string, principal: AccountPrincipal): Promise<HubShare> {
    return shareOf(await this.#owned(id, principal), principal)
  }

  /** Ends a share and all tokens of it; asked again, it answers the same. */
  async revoke(id: string, principal: AccountPrincipal): Promise<HubShare> {
    const { database, clock } = this.#parts
    const { seq } = await this.#owned(id, principal)
    return await database.write(async (sql) => {
      const now = clock()
      if ((await sql.run('UPDATE shares SET revoked = ? WHERE seq = ? AND revoked IS NULL', now, seq)) > 0) {
        await this.#record(sql, seq, 'revoked', principal.account)
        await this.end(sql, seq)
      }
      const row = await first(sql.all<ShareRow>('SELECT * FROM shares WHERE seq = ?', seq))
      return shareOf(row as ShareRow, principal)
    })
  }

  /** The caller's own, newest first; an admin's are everybody's: who made one may be gone. */
  async list(
    { after, limit = 100 }: { after?: number | undefined; limit?: number | undefined },
    principal: AccountPrincipal,
  ): Promise<HubShares> {
    const rows = await this.#parts.database.all<ShareRow>(
      `SELECT * FROM shares WHERE ${principal.admin ? '' : 'owner = ? AND '}seq < ? ORDER BY seq DESC LIMIT ?`,
      ...(principal.admin ? [] : [principal.account]),
      after ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    )
    const page = rows.slice(0, limit)
    const next = rows.length > limit ? page.at(-1)?.seq : undefined
    return { shares: page.map((row) => shareOf(row, principal)), ...(next !== undefined && { next: String(next) }) }
  }

  async audit(id: string, principal: AccountPrincipal): Promise<HubAudit> {
    const { seq } = await this.#owned(id, principal)
    type Row = { at: number; event: ShareEvent; account: string | null; reason: string | null }
    const rows = await this.#parts.database.all<Row>(
      'SELECT at, event, account, reason FROM audit WHERE share = ? ORDER BY id DESC LIMIT 10000',
      seq,
    )
    return {
      events: rows.toReversed().map(({ at, event, account, reason }) => ({
        at,
        event,
        ...(account !== null && { by: account }),
        ...(reason !== null && { reason }),
      })),
    }
  }

  /** Ends shares that are over, at most `limit` of them, and fewer where they have many objects; answers how many. */
  async endLapsed(limit: number): Promise<number> {
    const { database, clock } = this.#parts
    return await database.write(async (sql) => {
      const now = clock()
      const rows = await sql.all<ShareRow>(
        `SELECT * FROM shares WHERE ended IS NULL
         AND (expires <= ? OR (opens >= max_opens AND opened <= ?)) LIMIT ?`,
        now,
        // Who opened it last may still be reading.
        now - this.#mint.lifetime,
        limit,
      )
      let [count, objects] = [0, 0]
      for (const { seq, expires, objects: more } of rows) {
        objects += more
        if (count > 0 && objects > mostReleased) break
        if (expires !== null && expires <= now) await this.#record(sql, seq, 'expired', undefined)
        await this.end(sql, seq)
        count += 1
      }
      return count
    })
  }

  /** Gives up what a share claims, within a transaction. */
  async end(sql: SqlWriter, seq: number): Promise<void> {
    await sql.run('UPDATE shares SET ended = ? WHERE seq = ?', this.#parts.clock(), seq)
    await releaseShared(sql, seq, this.#parts)
  }

  async #find(id: string): Promise<ShareRow> {
    // By its digest: how long an index takes to find it tells nothing of the ids that there are.
    const hash = await sha256(id)
    const row = await first(this.#parts.database.all<ShareRow>('SELECT * FROM shares WHERE hash = ?', hash))
    if (row === undefined || !sameText(row.id, id)) throw new Refusal('not_found', 'There is no such share.')
    return row
  }

  async #owned(id: string, principal: AccountPrincipal): Promise<ShareRow> {
    const row = await this.#find(id)
    if (!ownsOrAdmins(principal, row.owner)) throw new Refusal('not_found', 'There is no such share.')
    return row
  }

  async #refused({ seq }: ShareRow, reason: string, by: string | undefined): Promise<void> {
    await this.#parts.database.write(async (sql) => {
      await this.#record(sql, seq, 'refused', by, reason)
      // Anyone who has the link can be refused for ever: that must neither fill the disk nor hide who opened it.
      await sql.run(
        `DELETE FROM audit WHERE share = ? AND event = 'refused' AND id <= (
           SELECT id FROM audit WHERE share = ? AND event = 'refused' ORDER BY id DESC LIMIT 1 OFFSET ?)`,
        seq,
        seq,
        mostRefusals,
      )
    })
  }

  async #record(sql: SqlWriter, share: number, event: ShareEvent, by?: string, reason?: string): Promise<void> {
    await sql.run(
      'INSERT INTO audit (share, at, event, account, reason) VALUES (?, ?, ?, ?, ?)',
      share,
      this.#parts.clock(),
      event,
      by ?? null,
      reason ?? null,
    )
  }
}

function locked(): Refusal {
  return new Refusal('precondition_failed', 'The share needs its passphrase.', { reason: 'passphrase' })
}
