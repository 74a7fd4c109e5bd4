import { GantryError } from '@gantry/core'
import { first, type SqlDatabase, type SqlValue, type SqlWriter } from '@gantry/sqlite'

import { rowsById } from './database/by-id.ts'
import { bytesOfSha256 } from './database/hex.ts'
import type { CatalogueEvent, NewEvent } from './records/event.ts'
import { eventsOf, recordEvent } from './records/event-rows.ts'
import { type SessionName, sessionRow } from './records/place-rows.ts'
import { atPathsSql, liveSql, receiptPage, receiptsBySql, receiptsOfTarget } from './records/read-receipts.ts'
import type { CatalogueReceipt, NewReceipt } from './records/receipt.ts'
import { batchSize, type ReceiptPlace, Recorder } from './records/recorder.ts'
import type { SessionQuery, SessionSummary, StudyQuery, StudySummary } from './records/summary.ts'
import { listSessions, listStudies } from './records/summary-rows.ts'
import { findTarget, type Target, type TargetKind } from './records/target.ts'

/** What is archived where, since when, until when and by whom: all of it in one database. */
export class Catalogue {
  readonly database: SqlDatabase
  readonly #clock: () => number
  readonly #recorder: Recorder

  constructor(database: SqlDatabase, options: { readonly clock?: () => number } = {}) {
    this.database = database
    this.#clock = options.clock ?? Date.now
    this.#recorder = new Recorder(database, this.#clock)
  }

  now(): number {
    return this.#clock()
  }

  /**
   * Remembers what was stored. Told again, it changes nothing; other bytes at the same place replace the older ones. `and` is
   * done in the transaction of the last of them, which others may share: it awaits nothing but its own statements.
   */
  async record(
    place: ReceiptPlace,
    receipts: readonly NewReceipt[],
    and?: (sql: SqlWriter) => Promise<void>,
  ): Promise<void> {
    let start = 0
    for (; receipts.length - start > batchSize; start += batchSize) {
      await this.#recorder.record(place, receipts.slice(start, start + batchSize))
    }
    if (receipts.length > 0 || and !== undefined) await this.#recorder.record(place, receipts.slice(start), and)
  }

  /** Takes back that a session was deleted. */
  async sessionRestored({ row }: Target): Promise<void> {
    await this.database.write(async (sql) => await sql.run('UPDATE sessions SET deleted = NULL WHERE id = ?', row))
  }

  /**
   * Says that what a session brought was deleted where people work with it; its receipts stay, so that it can be
   * restored. `not_found`.
   */
  async deleteSession(session: SessionName): Promise<void> {
    const changed = await this.database.write(
      async (sql) =>
        await sql.run(
          'UPDATE sessions SET deleted = coalesce(deleted, ?) WHERE owner = ? AND name = ?',
          this.now(),
          session.owner ?? '',
          session.name,
        ),
    )
    if (changed === 0) throw new GantryError('not_found', 'The catalogue knows no such session.')
  }

  async sessions(query: SessionQuery = {}): Promise<SessionSummary[]> {
    return await listSessions(this.database, query)
  }

  async studies(query: StudyQuery = {}): Promise<StudySummary[]> {
    return await listStudies(this.database, query)
  }

  /** What a name means: a session of the owner, a UID, a CID or a SHA-256; `not_found`. */
  async find(
    name: string,
    options: { readonly owner?: string; readonly kinds?: readonly TargetKind[] } = {},
  ): Promise<Target> {
    const found = await findTarget(this.database, name, options)
    if (found === undefined) throw new GantryError('not_found', 'The catalogue knows nothing of that name.')
    return found
  }

  receipts(target: Target): AsyncGenerator<CatalogueReceipt, void, undefined> {
    return receiptsOfTarget(this.database, target)
  }

  /** All receipts, by id; those of one location if it is named, and without those of what was removed. */
  async *allReceipts(
    options: { readonly location?: string; readonly removed?: boolean } = {},
  ): AsyncGenerator<CatalogueReceipt, void, undefined> {
    const { location, removed = false } = options
    const conditions = [
      ...(removed ? [] : ['receipts.removed IS NULL']),
      ...(location === undefined ? [] : ['receipts.location = (SELECT id FROM locations WHERE url = ?)']),
    ]
    const about = {
      ...(conditions.length > 0 && { where: conditions.join(' AND ') }),
      values: location === undefined ? [] : [location],
    }
    yield* rowsById(async (after, limit) => await receiptPage(this.database, { ...about, after, limit }))
  }

  /** The receipt of what lies at this path now. */
  async at(location: string, path: string): Promise<CatalogueReceipt | undefined> {
    return (await this.atAll(location, [path])).get(path)
  }

  /** The receipts of what lies at these paths now, by path: as many as a statement may have values. */
  async atAll(location: string, paths: readonly string[]): Promise<Map<string, CatalogueReceipt>> {
    if (paths.length === 0) return new Map()
    const found = await receiptsBySql(this.database, atPathsSql(paths.length), location, ...paths)
    return new Map(found.map((receipt) => [receipt.path, receipt]))
  }

  /** Where bytes lie now, by their SHA-256. */
  async whereIs(sha256: string): Promise<CatalogueReceipt[]> {
    return await receiptsBySql(this.database, liveSql, bytesOfSha256(sha256))
  }

  /** Where anything lies. */
  async locations(): Promise<string[]> {
    return (await this.database.all<{ url: string }>('SELECT url FROM locations ORDER BY id')).map(({ url }) => url)
  }

  /** Whether a session brought this receipt. */
  async isOf(session: Target, receipt: CatalogueReceipt): Promise<boolean> {
    const sql = 'SELECT 1 FROM session_receipts WHERE session = ? AND receipt = ?'
    return (await first(this.database.all(sql, session.row, receipt.id))) !== undefined
  }

  /** Says that the bytes are not there any more. */
  async markRemoved(receipts: readonly Pick<CatalogueReceipt, 'id'>[]): Promise<void> {
    const at = this.now()
    await this.#update('UPDATE receipts SET removed = coalesce(removed, ?) WHERE id = ?', receipts, at)
  }

  /** Says that an audit saw them as they are to be. */
  async markChecked(receipts: readonly Pick<CatalogueReceipt, 'id'>[]): Promise<void> {
    const at = this.now()
    await this.#update('UPDATE receipts SET checked = ? WHERE id = ?', receipts, at)
  }

  /** Notes until when the storage retains them, where that is later than was known. */
  async markRetained(receipts: readonly Pick<CatalogueReceipt, 'id'>[], until: number): Promise<void> {
    const sql = 'UPDATE receipts SET retain_until = ? WHERE id = ? AND coalesce(retain_until, 0) < ?'
    await this.#update(sql, receipts, Math.round(until), Math.round(until))
  }

  async markTier(receipts: readonly Pick<CatalogueReceipt, 'id'>[], tier: string): Promise<void> {
    await this.#update('UPDATE receipts SET tier = ? WHERE id = ?', receipts, tier)
  }

  async note(event: NewEvent): Promise<void> {
    const at = this.now()
    await this.database.write(async (sql) => {
      const session = event.session === undefined ? undefined : await sessionRow(sql, event.session, at)
      await recordEvent(sql, event, { at, session })
    })
  }

  /** What happened, newest first; to one session, or to all. */
  async events(options: { readonly session?: Target; readonly limit?: number } = {}): Promise<CatalogueEvent[]> {
    return await eventsOf(this.database, options)
  }

  async close(): Promise<void> {
    await this.database.close()
  }

  async #update(
    sql: string,
    receipts: readonly Pick<CatalogueReceipt, 'id'>[],
    value: SqlValue,
    ...more: readonly SqlValue[]
  ): Promise<void> {
    if (receipts.length === 0) return
    await this.database.write(async (writer) => {
      for (const { id } of receipts) await writer.run(sql, value, id, ...more)
    })
  }
}
