import { DatabaseSync, type StatementSync } from 'node:sqlite'

import { GantryError, isGantryError } from '@gantry/core'

import type { SqlValue } from './sql-database.ts'

/** A connection, and the statements that it has prepared. */
export class Connection {
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
    // Some statements are made for as many values as a request has: they must not pile up.
    if (this.#statements.size > 500) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}

/** Whether another connection holds the file: that passes. */
export function isBusy(error: unknown): boolean {
  const primary = isGantryError(error) ? primaryOf(error.cause) : 0
  return primary === 5 || primary === 6
}

function primaryOf(cause: unknown): number {
  const { errcode = 0 } = (cause ?? {}) as { errcode?: number }
  return errcode & 0xff
}

/** https://sqlite.org/rescode.html: busy and locked pass; a full disk, a read-only one and denied files do not. */
function coded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (isGantryError(cause) || !(cause instanceof Error)) throw cause
    const primary = primaryOf(cause)
    if (primary === 5 || primary === 6 || primary === 10) {
      throw new GantryError('unavailable', 'The database is busy or its disk fails: try again.', { cause })
    }
    if (primary === 13 || primary === 8 || primary === 14) {
      throw new GantryError('read_only', 'The database cannot be written: check the space and its folder.', { cause })
    }
    if (primary === 11 || primary === 26) {
      throw new GantryError('invalid', 'The file is no database, or it is damaged.', { cause })
    }
    throw new GantryError('internal', 'The database refused a statement, or it is damaged.', { cause })
  }
}
