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
    this.#database.exec(sql)
  }

  run(sql: string, ...values: Value[]): void {
    this.statement(sql).run(...values)
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the shape of a row at the call
  one<Row extends object>(sql: string, ...values: Value[]): Row | undefined {
    return this.statement(sql).get(...values) as Row | undefined
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.statement(sql).all(...values) as Row[]
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
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
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
