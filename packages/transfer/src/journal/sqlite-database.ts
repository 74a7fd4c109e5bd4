import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

import { GantryError } from '@gantry/core'

export type Value = string | number | null

/** One SQLite file (or `:memory:`), its prepared statements, and transactions. */
export class SqliteDatabase {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Opens what is there. `invalid` where that is no database. */
  static open(file: string): SqliteDatabase {
    let database: DatabaseSync | undefined
    try {
      database = new DatabaseSync(file, { timeout: 5000 })
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384')
      return new SqliteDatabase(database)
    } catch (cause) {
      database?.close()
      throw new GantryError('invalid', 'The journal cannot be opened: it is damaged, or its folder takes no files.', {
        cause,
      })
    }
  }

  /** A new file, which its owner alone may read: paths can name patients. */
  static create(file: string): SqliteDatabase {
    if (file !== ':memory:') {
      try {
        closeSync(openSync(file, 'wx', 0o600))
      } catch (cause) {
        throw new GantryError('read_only', 'The journal cannot be made: its folder is missing or takes no files.', {
          cause,
        })
      }
    }
    return SqliteDatabase.open(file)
  }

  exec(sql: string): void {
    coded(() => this.#database.exec(sql))
  }

  run(sql: string, ...values: Value[]): void {
    coded(() => this.statement(sql).run(...values))
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the shape of a row at the call
  one<Row extends object>(sql: string, ...values: Value[]): Row | undefined {
    return coded(() => this.statement(sql).get(...values)) as Row | undefined
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return coded(() => this.statement(sql).all(...values)) as Row[]
  }

  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  transaction<Result>(work: () => Result): Result {
    this.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
  }
}

/** https://sqlite.org/rescode.html: a table is missing, the image is malformed, the file is not a database. */
const damaged: ReadonlySet<unknown> = new Set([1, 11, 26])

function coded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof GantryError) throw cause
    const { code, errcode } = cause as Error & { code?: unknown; errcode?: unknown }
    if (damaged.has(errcode))
      throw new GantryError('invalid', 'This file is not a journal of Gantry, or it is damaged.', { cause })
    if (code !== 'ERR_SQLITE_ERROR' && code !== 'ERR_INVALID_STATE') throw cause
    const message = 'The journal cannot be written: check the space where it is kept, and resume.'
    throw new GantryError('read_only', message, { cause })
  }
}
