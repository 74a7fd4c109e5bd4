import { dirname } from 'node:path'

import {
  type Entry,
  GantryError,
  isGantryError,
  type JobRecord,
  type JobSpec,
  type Phase,
  type Tally,
  type Upload,
} from '@gantry/core'

import { applyEvent } from './apply-event.ts'
import { GroupCommit } from './group-commit.ts'
import type {
  Collision,
  Journal,
  JournalEntry,
  JournalEvent,
  JournalFailure,
  JournalUnit,
  PlannedEntry,
  Receipt,
  SkippedEntry,
} from './journal.ts'
import { recordsError } from './records-error.ts'
import { crashedAt, lastWritten, noteCrash } from './sqlite-crash.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import { collisions, dropRepeated, forgetPlan, insertEntries, insertExisting } from './sqlite-plan.ts'
import {
  type EntryRow,
  entryOfRow,
  type ExistingRow,
  journalEntryOfRow,
  type PartRow,
  plannedOfRow,
  receiptOfRow,
  uploadOf,
} from './sqlite-rows.ts'
import { loadRecord } from './sqlite-record.ts'
import { readSpec } from './sqlite-spec.ts'
import { PendingRows, reopenFailed, upcomingRows } from './sqlite-take.ts'
import { insertJob, journalSchema, status } from './sqlite-schema.ts'

const page = 1000

/**
 * The journal in one SQLite file, or in memory, written by one process at a time. WAL with `synchronous=NORMAL`: what
 * was committed survives `kill -9`; a power cut may take the last moments, which are then done again, never half.
 */
export class SqliteJournal implements Journal {
  readonly spec: JobSpec
  readonly #database: SqliteDatabase
  readonly #commit: GroupCommit
  readonly #pending: PendingRows
  readonly #lastWritten: number | undefined
  /** All of the destination was listed at planning. */
  #listed: boolean | undefined

  private constructor(database: SqliteDatabase, spec: JobSpec, last?: number) {
    this.#database = database
    this.spec = spec
    this.#commit = new GroupCommit(database)
    this.#pending = new PendingRows(database)
    this.#lastWritten = last
  }

  static create(file: string, spec: JobSpec): SqliteJournal {
    const database = SqliteDatabase.create(file)
    try {
      // At once: a file without a job in it is a damaged one.
      database.transaction(() => {
        database.exec(journalSchema)
        database.run(insertJob, JSON.stringify(spec))
      })
    } catch (error) {
      database.close()
      // There is nothing to resume yet.
      throw recordsError(isGantryError(error) ? (error.cause ?? error) : error, dirname(file))
    }
    return new SqliteJournal(database, spec)
  }

  static over(database: SqliteDatabase, spec: JobSpec): SqliteJournal {
    return new SqliteJournal(database, spec)
  }

  static open(file: string): SqliteJournal {
    const last = lastWritten(file)
    const database = SqliteDatabase.open(file)
    return new SqliteJournal(database, readSpec(database, { migrates: true }), last)
  }

  /** To read alone, also where nothing can be written. */
  static look(file: string): SqliteJournal {
    const database = SqliteDatabase.look(file)
    return new SqliteJournal(database, readSpec(database, { migrates: false }))
  }

  async load(): Promise<JobRecord> {
    this.#commit.flush()
    return loadRecord(this.#database, this.spec)
  }

  get phase(): Phase {
    this.#commit.flush()
    return this.#database.one<{ phase: Phase }>('SELECT phase FROM job')?.phase ?? 'draft'
  }

  recover(): Promise<void> {
    return this.#commit.add(() => {
      this.#pending.startAfter(0)
      noteCrash(this.#database, this.#lastWritten)
    })
  }

  async *crashed(): AsyncGenerator<{ target: string; upload: Upload | undefined }, void, undefined> {
    for await (const { target, upload } of this.#pages('crashed = 1')) yield { target, upload: uploadOf(upload) }
  }

  async crashedAt(): Promise<number | undefined> {
    this.#commit.flush()
    return crashedAt(this.#database)
  }

  swept(): Promise<void> {
    return this.#commit.add(() => this.#database.run('UPDATE entries SET crashed = 0 WHERE crashed = 1'))
  }

  async addEntries(entries: readonly PlannedEntry[]): Promise<void> {
    insertEntries(this.#database, entries)
  }

  async addExisting(entries: readonly Entry[]): Promise<void> {
    insertExisting(this.#database, entries)
  }

  async clearPlan(): Promise<void> {
    this.#commit.flush()
    forgetPlan(this.#database)
    this.#pending.startAfter(0)
    this.#listed = undefined
  }

  async dropRepeated(): Promise<Tally | undefined> {
    this.#commit.flush()
    return dropRepeated(this.#database)
  }

  async *collisions(): AsyncGenerator<readonly Collision[], void, undefined> {
    this.#commit.flush()
    yield* collisions(this.#database, page)
  }

  retarget(entries: readonly { readonly id: number; readonly target: string }[]): Promise<void> {
    return this.#commit.add(() => {
      for (const { id, target } of entries) this.#database.run('UPDATE entries SET target = ? WHERE id = ?', target, id)
    })
  }

  pair(entries: readonly { readonly id: number; readonly twin: string }[]): Promise<void> {
    const sql = 'UPDATE entries SET twin = ?, parcel = NULL WHERE id = ?'
    return this.#commit.add(() => {
      for (const { id, twin } of entries) this.#database.run(sql, twin, id)
    })
  }

  finishPlan(existing: 'complete' | 'unknown'): Promise<void> {
    return this.#commit.add(() => {
      if (existing === 'unknown') this.#database.run('DELETE FROM existing')
      this.#database.run('UPDATE job SET planned = 1, existing = ?', existing)
    })
  }

  async take(count: number, most = Number.POSITIVE_INFINITY): Promise<JournalUnit[]> {
    return await this.#commit.add(() => {
      return this.#pending.take({ count, most }).map((rows) => {
        const parcel = rows[0]?.parcel ?? undefined
        return { entries: rows.map((row) => this.#entryOf(row)), ...(parcel !== undefined && { parcel }) }
      })
    })
  }

  async upcoming(after: number, count: number): Promise<JournalEntry[]> {
    this.#commit.flush()
    const rows = upcomingRows(this.#database, Math.max(after, this.#pending.cursor), count)
    return rows.map((row) => this.#entryOf(row))
  }

  async entry(id: number): Promise<JournalEntry> {
    this.#commit.flush()
    const row = this.#database.one<EntryRow>('SELECT * FROM entries WHERE id = ?', id)
    if (row === undefined) throw new GantryError('internal', 'The journal has lost an entry.')
    return this.#entryOf(row)
  }

  record(event: JournalEvent): Promise<void> {
    return this.#commit.add(() => {
      applyEvent(this.#database, event)
      if ('id' in event) this.#pending.changed(event.id, event.type === 'released')
    })
  }

  reopen(): Promise<void> {
    return this.#commit.add(() => {
      this.#pending.startAfter(0)
      reopenFailed(this.#database)
    })
  }

  async *receipts(): AsyncGenerator<Receipt & { id: number; size: number }, void, undefined> {
    for await (const row of this.#pages(`status = ${status.done}`)) yield receiptOfRow(row)
  }

  same(): AsyncGenerator<SkippedEntry, void, undefined> {
    return this.#skipped(status.same)
  }

  kept(): AsyncGenerator<SkippedEntry, void, undefined> {
    return this.#skipped(status.exists)
  }

  async *#skipped(as: number): AsyncGenerator<SkippedEntry, void, undefined> {
    for await (const row of this.#pages(`status = ${as}`)) {
      yield { id: row.id, source: entryOfRow(row), target: row.target }
    }
  }

  async *failures(): AsyncGenerator<JournalFailure, void, undefined> {
    for await (const { path, target, code, message } of this.#pages(`status = ${status.failed}`)) {
      yield { path, target, code: (code ?? 'internal') as JournalFailure['code'], message: message ?? '' }
    }
  }

  async *planned(): AsyncGenerator<PlannedEntry & { path: string; bytes: number }, void, undefined> {
    for await (const row of this.#pages(`status IN (${status.pending}, ${status.active})`)) yield plannedOfRow(row)
  }

  async *uploads(): AsyncGenerator<{ id: number; upload: Upload }, void, undefined> {
    for await (const row of this.#pages('upload IS NOT NULL')) {
      const upload = uploadOf(row.upload)
      if (upload !== undefined) yield { id: row.id, upload }
    }
  }

  async saved(parcel: string): Promise<string | undefined> {
    this.#commit.flush()
    return this.#database.one<{ saved: string }>('SELECT saved FROM parcels WHERE parcel = ?', parcel)?.saved
  }

  async *parcels(): AsyncGenerator<{ parcel: string; saved: string }, void, undefined> {
    this.#commit.flush()
    yield* this.#database.all<{ parcel: string; saved: string }>('SELECT * FROM parcels')
  }

  async takeRequest(): Promise<'pause' | 'cancel' | undefined> {
    // Looked at and taken as one: another process may ask for more in between.
    const taken = this.#database.all<{ wanted: 'pause' | 'cancel' }>('DELETE FROM requests RETURNING wanted')
    return (taken.find(({ wanted }) => wanted === 'cancel') ?? taken[0])?.wanted
  }

  /** Leaves a wish for the process that runs the job. */
  request(wanted: 'pause' | 'cancel'): void {
    this.#database.run('INSERT INTO requests VALUES (?)', wanted)
  }

  async close(): Promise<void> {
    try {
      this.#commit.flush()
    } finally {
      this.#database.close()
    }
  }

  #entryOf(row: EntryRow): JournalEntry {
    const database = this.#database
    this.#listed ??= database.one<{ existing: string }>('SELECT existing FROM job')?.existing === 'complete'
    const known = database.one<ExistingRow>('SELECT * FROM existing WHERE path = ?', row.target)
    const parts = 'SELECT * FROM parts WHERE entry = ? ORDER BY number'
    return journalEntryOfRow(
      row,
      known === undefined ? (this.#listed ? undefined : 'unknown') : entryOfRow(known),
      row.upload === null ? [] : database.all<PartRow>(parts, row.id),
    )
  }

  /** Rows by id, a page at a time: whoever reads may write in between. */
  async *#pages(where: string): AsyncGenerator<EntryRow, void, undefined> {
    let after = 0
    for (;;) {
      this.#commit.flush()
      const sql = `SELECT * FROM entries WHERE id > ? AND ${where} ORDER BY id LIMIT ${page}`
      const rows = this.#database.all<EntryRow>(sql, after)
      yield* rows
      if (rows.length < page) return
      after = rows.at(-1)?.id ?? after
    }
  }
}
