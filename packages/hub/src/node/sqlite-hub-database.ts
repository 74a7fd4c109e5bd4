import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

import { GantryError, isGantryError } from '@gantry/core'

import type { HubDatabase, SqlValue, SqlWriter } from '../database/hub-database.ts'
import { hubMigrations } from '../database/hub-schema.ts'

interface Waiting {
  readonly work: (sql: SqlWriter) => Promise<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * The hub's database in one SQLite file. Reads have a connection of their own, so that they see what is committed and
 * nothing else. Transactions that wait at the same moment share one commit, and so one flush of the disk.
 */
class SqliteHubDatabase implements HubDatabase {
  readonly #reading: Connection
  readonly #writing: Connection
  #queue: Waiting[] = []
  #draining: Promise<void> | undefined

  constructor(file: string) {
    this.#writing = new Connection(file)
    try {
      this.#writing.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      migrate(this.#writing)
      this.#reading = new Connection(file)
      this.#reading.exec('PRAGMA query_only = ON')
    } catch (error) {
      this.#writing.close()
      throw error
    }
  }

  async all<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]> {
    return this.#reading.all(sql, values) as Row[]
  }

  async write<Result>(work: (sql: SqlWriter) => Promise<Result>): Promise<Result> {
    return (await new Promise<unknown>((resolve, reject) => {
      this.#queue.push({ work, resolve, reject })
      this.#draining ??= this.#drain()
    })) as Result
  }

  async close(): Promise<void> {
    await this.#draining
    this.#reading.close()
    this.#writing.close()
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // A turn of the event loop, in which more may come to share the commit.
      await new Promise((resolve) => void setImmediate(resolve))
      const batch = this.#queue
      this.#queue = []
      try {
        await this.#commit(batch)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#draining = undefined
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const connection = this.#writing
    const sql: SqlWriter = {
      all: async <Row>(text: string, ...values: readonly SqlValue[]) => connection.all(text, values) as Row[],
      run: async (text, ...values) => connection.run(text, values),
    }
    const settle: (() => void)[] = []
    connection.exec('BEGIN IMMEDIATE')
    try {
      for (const { work, resolve, reject } of batch) {
        connection.exec('SAVEPOINT one')
        try {
          const result = await work(sql)
          settle.push(() => resolve(result))
        } catch (error) {
          connection.exec('ROLLBACK TO one')
          settle.push(() => reject(error))
        }
        connection.exec('RELEASE one')
      }
      connection.exec('COMMIT')
    } catch (error) {
      connection.rollback()
      throw error
    }
    for (const tell of settle) tell()
  }
}

/** A connection, and the statements that it has prepared. */
class Connection {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(file: string) {
    this.#database = coded(() => new DatabaseSync(file, { timeout: 10_000 }))
  }

  exec(sql: string): void {
    coded(() => this.#database.exec(sql))
  }

  all(sql: string, values: readonly SqlValue[]): unknown[] {
    return coded(() => this.#statement(sql).all(...values))
  }

  run(sql: string, values: readonly SqlValue[]): number {
    return coded(() => Number(this.#statement(sql).run(...values).changes))
  }

  rollback(): void {
    if (this.#database.isTransaction) this.exec('ROLLBACK')
  }

  close(): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    // Some statements are made for as many prefixes as a token has: they must not pile up.
    if (this.#statements.size > 500) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}

function migrate(connection: Connection): void {
  connection.exec('BEGIN IMMEDIATE')
  try {
    const [row] = connection.all('PRAGMA user_version', []) as { user_version: number }[]
    const version = row?.user_version ?? 0
    if (version > hubMigrations.length) {
      throw new GantryError('unsupported', 'The database is of a newer version of the hub: install that one.')
    }
    for (const migration of hubMigrations.slice(version)) connection.exec(migration)
    connection.exec(`PRAGMA user_version = ${hubMigrations.length}; COMMIT`)
  } catch (error) {
    connection.rollback()
    throw error
  }
}

/** https://sqlite.org/rescode.html: busy and locked pass; a full disk, a read-only one and denied files do not. */
function coded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (isGantryError(cause) || !(cause instanceof Error)) throw cause
    const { errcode = 0 } = cause as Error & { errcode?: number }
    const primary = errcode & 0xff
    if (primary === 5 || primary === 6 || primary === 10) {
      throw new GantryError('unavailable', 'The database is busy or its disk fails: try again.', { cause })
    }
    if (primary === 13 || primary === 8 || primary === 14) {
      throw new GantryError('read_only', 'The database cannot be written: check the space and its folder.', { cause })
    }
    throw new GantryError('internal', 'The database refused a statement, or it is damaged.', { cause })
  }
}

/** Opens the file, or makes it for its owner alone. */
export function openHubDatabase(file: string): HubDatabase {
  try {
    closeSync(openSync(file, 'a', 0o600))
  } catch (cause) {
    throw new GantryError('read_only', 'The database cannot be made: its folder takes no files.', { cause })
  }
  return new SqliteHubDatabase(file)
}
