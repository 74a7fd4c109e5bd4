import { chmodSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

import {
  type Entry,
  GantryError,
  type JobRecord,
  type JobSpec,
  jobSpecSchema,
  type Phase,
  type Upload,
} from '@gantry/core'

import { GroupCommit } from './group-commit.ts'
import type { Journal, JournalEntry, JournalEvent, JournalFailure, PlannedEntry, Receipt } from './journal.ts'
import {
  type EntryRow,
  entryOfRow,
  type ExistingRow,
  json,
  partOfRow,
  type PartRow,
  receiptOfRow,
  tallyOf,
} from './sqlite-rows.ts'
import { journalSchema, journalVersion, status } from './sqlite-schema.ts'

const page = 1000

/**
 * The journal in one SQLite file (or `:memory:`), written by one process at a time. WAL with `synchronous=NORMAL`: what
 * was committed survives `kill -9`; a power cut may take the last moments, which are then done again, never half.
 */
export class SqliteJournal implements Journal {
  readonly spec: JobSpec
  readonly #database: DatabaseSync
  readonly #commit: GroupCommit
  readonly #statements = new Map<string, StatementSync>()
  /** Pending entries have ids above it, but for those that were released. */
  #cursor = 0
  /** All of the destination was listed at planning. */
  #listed: boolean | undefined

  private constructor(database: DatabaseSync, spec: JobSpec) {
    this.#database = database
    this.spec = spec
    this.#commit = new GroupCommit(database)
  }

  static create(file: string, spec: JobSpec): SqliteJournal {
    const database = open(file)
    database.exec(journalSchema)
    database.prepare('INSERT INTO job (spec, phase) VALUES (?, ?)').run(JSON.stringify(spec), 'draft')
    if (file !== ':memory:') chmodSync(file, 0o600)
    return new SqliteJournal(database, spec)
  }

  static open(file: string): SqliteJournal {
    const database = open(file)
    try {
      const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
      if (version > journalVersion) {
        throw new GantryError(
          'unsupported',
          'This journal was written by a newer version of Gantry: upgrade to use it.',
        )
      }
      const spec = jobSpecSchema.parse(JSON.parse(String(database.prepare('SELECT spec FROM job').get()?.['spec'])))
      return new SqliteJournal(database, spec)
    } catch (error) {
      database.close()
      if (error instanceof GantryError) throw error
      throw new GantryError('invalid', 'This file is not a journal of Gantry, or it is damaged.', { cause: error })
    }
  }

  load(): Promise<JobRecord> {
    this.#commit.flush()
    const job = this.#one<{ phase: Phase; planned: number }>('SELECT phase, planned FROM job')
    const rows = this.#all<{ status: number; entries: number; bytes: number; unverified: number }>(
      'SELECT status, count(*) entries, sum(size) bytes, sum(verified = 0) unverified FROM entries GROUP BY status',
    )
    return Promise.resolve({
      phase: job?.phase ?? 'draft',
      planned: job?.planned === 1,
      verify: this.spec.verify,
      total: tallyOf(rows, Object.values(status)),
      pending: tallyOf(rows, [status.pending, status.active]),
      done: tallyOf(rows, [status.done]),
      skipped: tallyOf(rows, [status.same, status.exists]),
      failed: tallyOf(rows, [status.failed]),
      unverified: rows.find((row) => row.status === status.done)?.unverified ?? 0,
    })
  }

  recover(): Promise<void> {
    this.#cursor = 0
    return this.#commit.add(() => this.#run('UPDATE entries SET status = 0 WHERE status = 1'))
  }

  addEntries(entries: readonly PlannedEntry[]): Promise<void> {
    const insert = this.#statement(
      'INSERT INTO entries (path, target, size, version, modified, digests, content_type) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#commit.transaction(() => {
      for (const { source, target } of entries) {
        const { path, size, version = null, modified = null, digests, contentType = null } = source
        insert.run(path, target, size, version, modified, json(digests), contentType)
      }
    })
    return Promise.resolve()
  }

  addExisting(entries: readonly Entry[]): Promise<void> {
    const insert = this.#statement('INSERT OR REPLACE INTO existing VALUES (?, ?, ?, ?, ?)')
    this.#commit.transaction(() => {
      for (const { path, size, version = null, modified = null, digests } of entries) {
        insert.run(path, size, version, modified, json(digests))
      }
    })
    return Promise.resolve()
  }

  clearPlan(): Promise<void> {
    this.#commit.transaction(() => {
      this.#database.exec('DELETE FROM entries; DELETE FROM existing; DELETE FROM parts; UPDATE job SET planned = 0')
    })
    this.#cursor = 0
    this.#listed = undefined
    return Promise.resolve()
  }

  async *collisions(): AsyncGenerator<{ target: string; entries: { id: number; path: string }[] }, void, undefined> {
    const doubled = this.#statement('SELECT target FROM entries GROUP BY target HAVING count(*) > 1').all()
    for (const { target } of doubled) {
      const entries = this.#all<{ id: number; path: string }>(
        'SELECT id, path FROM entries WHERE target = ? ORDER BY id',
        String(target),
      )
      yield { target: String(target), entries }
    }
  }

  retarget(id: number, target: string): Promise<void> {
    return this.#commit.add(() => this.#run('UPDATE entries SET target = ? WHERE id = ?', target, id))
  }

  finishPlan(existing: 'complete' | 'unknown'): Promise<void> {
    if (existing === 'unknown') this.#run('DELETE FROM existing')
    return this.#commit.add(() => this.#run('UPDATE job SET planned = 1, existing = ?', existing))
  }

  take(count: number): Promise<JournalEntry[]> {
    this.#commit.flush()
    const rows = this.#all<EntryRow>(
      'SELECT * FROM entries WHERE id > ? AND status = 0 ORDER BY id LIMIT ?',
      this.#cursor,
      count,
    )
    this.#commit.transaction(() => {
      for (const { id } of rows) this.#run('UPDATE entries SET status = 1, attempt = attempt + 1 WHERE id = ?', id)
    })
    this.#cursor = rows.at(-1)?.id ?? this.#cursor
    return Promise.resolve(rows.map((row) => this.#entryOf({ ...row, attempt: row.attempt + 1 })))
  }

  entry(id: number): Promise<JournalEntry> {
    this.#commit.flush()
    const row = this.#one<EntryRow>('SELECT * FROM entries WHERE id = ?', id)
    if (row === undefined) throw new GantryError('internal', 'The journal has lost an entry.')
    return Promise.resolve(this.#entryOf(row))
  }

  record(event: JournalEvent): Promise<void> {
    return this.#commit.add(() => this.#apply(event))
  }

  reopen(): Promise<void> {
    this.#cursor = 0
    return this.#commit.add(() =>
      this.#run(
        'UPDATE entries SET status = 0, attempt = 0, code = NULL, message = NULL WHERE status = ?',
        status.failed,
      ),
    )
  }

  async *receipts(): AsyncGenerator<Receipt & { id: number }, void, undefined> {
    for await (const row of this.#pages(`status = ${status.done}`)) yield receiptOfRow(row)
  }

  async *same(): AsyncGenerator<{ id: number; source: Entry; target: string }, void, undefined> {
    for await (const row of this.#pages(`status = ${status.same}`)) {
      yield { id: row.id, source: entryOfRow(row), target: row.target }
    }
  }

  async *failures(): AsyncGenerator<JournalFailure, void, undefined> {
    for await (const { path, target, code, message } of this.#pages(`status = ${status.failed}`)) {
      yield { path, target, code: (code ?? 'internal') as JournalFailure['code'], message: message ?? '' }
    }
  }

  async *planned(): AsyncGenerator<{ path: string; target: string; bytes: number }, void, undefined> {
    for await (const { path, target, size } of this.#pages('status <= 1')) yield { path, target, bytes: size }
  }

  async *uploads(): AsyncGenerator<{ id: number; upload: Upload }, void, undefined> {
    for await (const { id, upload } of this.#pages('upload IS NOT NULL')) {
      if (upload !== null) yield { id, upload: JSON.parse(upload) as Upload }
    }
  }

  takeRequest(): Promise<'pause' | 'cancel' | undefined> {
    const wanted = this.#one<{ wanted: 'pause' | 'cancel' }>(
      'SELECT wanted FROM requests ORDER BY wanted LIMIT 1',
    )?.wanted
    if (wanted !== undefined) this.#run('DELETE FROM requests')
    return Promise.resolve(wanted)
  }

  /** Leaves a wish for the process that runs the job. */
  request(wanted: 'pause' | 'cancel'): void {
    this.#run('INSERT INTO requests VALUES (?)', wanted)
  }

  close(): Promise<void> {
    this.#commit.flush()
    this.#statements.clear()
    this.#database.close()
    return Promise.resolve()
  }

  #apply(event: JournalEvent): void {
    const now = Date.now()
    const log = (entry: number | null, code: string | null, attempt: number | null) =>
      this.#run('INSERT INTO log VALUES (?, ?, ?, ?, ?)', now, event.type, entry, code, attempt)
    switch (event.type) {
      case 'phase':
        this.#run('UPDATE job SET phase = ?, failure = ?', event.phase, event.code ?? null)
        log(null, event.code ?? event.phase, null)
        return
      case 'planned':
        this.#run('UPDATE job SET planned = 1')
        return
      case 'begun':
        this.#run('UPDATE entries SET upload = ? WHERE id = ?', JSON.stringify(event.upload), event.id)
        return
      case 'part': {
        const { number, offset, size, tag, digests } = event.part
        this.#run(
          'INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)',
          event.id,
          number,
          offset,
          size,
          tag,
          json(digests),
        )
        return
      }
      case 'done': {
        const { bytes, digests, version = null, verified } = event.receipt
        this.#run(
          `UPDATE entries SET status = ${status.done}, code = NULL, message = NULL, upload = NULL, stored_bytes = ?,
           stored_digests = ?, stored_version = ?, verified = ?, at = ? WHERE id = ?`,
          bytes,
          json(digests),
          version,
          verified ? 1 : 0,
          now,
          event.id,
        )
        this.#run('DELETE FROM parts WHERE entry = ?', event.id)
        return
      }
      case 'skipped':
        this.#run('UPDATE entries SET status = ?, at = ? WHERE id = ?', status[event.reason], now, event.id)
        return
      case 'failed':
        this.#run(
          `UPDATE entries SET status = ${status.failed}, code = ?, message = ? WHERE id = ?`,
          event.code,
          event.message,
          event.id,
        )
        log(event.id, event.code, null)
        return
      case 'retried':
        this.#run('UPDATE entries SET attempt = ? WHERE id = ?', event.attempt, event.id)
        log(event.id, event.code, event.attempt)
        return
      case 'released':
        this.#run('UPDATE entries SET status = 0 WHERE id = ?', event.id)
        this.#cursor = Math.min(this.#cursor, event.id - 1)
        return
      case 'dropped':
        this.#run('UPDATE entries SET upload = NULL WHERE id = ?', event.id)
        this.#run('DELETE FROM parts WHERE entry = ?', event.id)
        return
      case 'checked':
        this.#run('UPDATE entries SET verified = ? WHERE id = ?', event.verified ? 1 : 0, event.id)
    }
  }

  #entryOf(row: EntryRow): JournalEntry {
    this.#listed ??= this.#one<{ existing: string }>('SELECT existing FROM job')?.existing === 'complete'
    const known = this.#one<ExistingRow>('SELECT * FROM existing WHERE path = ?', row.target)
    const { id, target, attempt, upload } = row
    const parts = upload === null ? [] : this.#all<PartRow>('SELECT * FROM parts WHERE entry = ? ORDER BY number', id)
    return {
      id,
      source: entryOfRow(row),
      target,
      attempt,
      existing: known === undefined ? (this.#listed ? undefined : 'unknown') : entryOfRow(known),
      upload: upload === null ? undefined : (JSON.parse(upload) as Upload),
      parts: parts.map((part) => partOfRow(part)),
    }
  }

  /** Rows by id, a page at a time: whoever reads may write in between. */
  async *#pages(where: string): AsyncGenerator<EntryRow, void, undefined> {
    let after = 0
    for (;;) {
      this.#commit.flush()
      const rows = this.#all<EntryRow>(
        `SELECT * FROM entries WHERE id > ? AND ${where} ORDER BY id LIMIT ${page}`,
        after,
      )
      yield* rows
      if (rows.length < page) return
      after = rows.at(-1)?.id ?? after
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    this.#statement(sql).run(...values)
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the shape of a row at the call
  #one<Row extends object>(sql: string, ...values: (string | number | null)[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined
  }

  #all<Row>(sql: string, ...values: (string | number | null)[]): Row[] {
    return this.#statement(sql).all(...values) as Row[]
  }
}

function open(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file, { timeout: 5000 })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384')
    return database
  } catch (cause) {
    throw new GantryError('invalid', 'The journal cannot be opened: check that its folder exists and can be written.', {
      cause,
    })
  }
}
