import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

import { GantryError, isGantryError } from '@gantry/core'

import { isOfStorage, recordsError } from './records-error.ts'

export type SqliteValue = string | number | null

/** A connection and what it has prepared: both are worth keeping. */
export interface SqliteConnection {
  readonly database: DatabaseSync
  readonly statements: Map<string, StatementSync>
}

/** One SQLite file (or `:memory:`), its prepared statements, and transactions. */
export class SqliteDatabase {
  #connection: SqliteConnection | undefined
  readonly #release: (connection: SqliteConnection) => void
  #look: Look | undefined

  private constructor(connection: SqliteConnection, release: (connection: SqliteConnection) => void, look?: Look) {
    this.#connection = connection
    this.#release = release
    this.#look = look
  }

  /** Over a connection that is open; at the end it goes to `release`. */
  static over(connection: SqliteConnection, release: (connection: SqliteConnection) => void): SqliteDatabase {
    return new SqliteDatabase(connection, release)
  }

  /** Opens what is there. `invalid` where that is no database. */
  static open(file: string): SqliteDatabase {
    const connection = opened(file, () => {
      const database = new DatabaseSync(file, { timeout: 5000 })
      return [database, 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384']
    })
    return SqliteDatabase.over(connection, closeConnection)
  }

  /** To look at what is there, also where nothing can be written; errors as of `open`. */
  static look(file: string): SqliteDatabase {
    const look = lookAt(file)
    return new SqliteDatabase(look.connection, closeConnection, look)
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
    coded(() => this.#open.database.exec(sql))
  }

  run(sql: string, ...values: SqliteValue[]): void {
    coded(() => this.statement(sql).run(...values))
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the shape of a row at the call
  one<Row extends object>(sql: string, ...values: SqliteValue[]): Row | undefined {
    return this.#read(() => this.statement(sql).get(...values)) as Row | undefined
  }

  all<Row>(sql: string, ...values: SqliteValue[]): Row[] {
    return this.#read(() => this.statement(sql).all(...values)) as Row[]
  }

  statement(sql: string): StatementSync {
    const { database, statements } = this.#open
    let statement = statements.get(sql)
    if (statement === undefined) {
      statement = database.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }

  transaction<Result>(work: () => Result): Result {
    this.run('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.run('COMMIT')
      return result
    } catch (error) {
      const { database } = this.#open
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    const connection = this.#connection
    // Whoever comes late must not meet the next one's data.
    this.#connection = undefined
    if (connection !== undefined) this.#release(connection)
  }

  /** Reads again what was read without locks while somebody wrote: it can be of two times, or seem damaged. */
  #read<Result>(read: () => Result): Result {
    for (;;) {
      try {
        const result = coded(read)
        if (!this.#lookAgain()) return result
      } catch (error) {
        if (!this.#lookAgain()) throw error
      }
    }
  }

  #lookAgain(): boolean {
    if (this.#connection === undefined || this.#look?.isStale() !== true) return false
    const look = this.#look.again()
    closeConnection(this.#connection)
    this.#look = look
    this.#connection = look.connection
    return true
  }

  get #open(): SqliteConnection {
    if (this.#connection === undefined) throw new GantryError('read_only', 'The journal is closed.')
    return this.#connection
  }
}

/** A connection that only reads. */
interface Look {
  readonly connection: SqliteConnection
  /** It heeds no locks, and somebody has begun to write. */
  isStale(): boolean
  again(): Look
}

function lookAt(file: string): Look {
  const readOnly = { readOnly: true, timeout: 5000 }
  const again = () => lookAt(file)
  const before = stampOf(file)
  const isWritten = () => existsSync(`${file}-wal`)
  // Nobody has it open, nor was killed: it is whole as it is, and is read without the files that SQLite makes beside it.
  if (!isWritten()) {
    // One that was forgotten meanwhile is read to its end.
    const isStale = () => isWritten() || ![before, undefined].includes(stampOf(file))
    try {
      const immutable = `${pathToFileURL(file).href}?immutable=1`
      const connection = opened(file, () => [new DatabaseSync(immutable, readOnly), probe])
      return { connection, isStale, again }
    } catch (error) {
      if (isStale()) return again()
      // Before 22.15, Node opens no URLs.
      if (!isGantryError(error) || error.code === 'invalid') throw error
    }
  }
  const connection = opened(file, () => [new DatabaseSync(file, readOnly), probe])
  return { connection, isStale: () => false, again }
}

/** Other than it was, once a file is written to or is another. */
function stampOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat && [stat.ino, stat.size, stat.mtimeNs].join(' ')
}

/** Opens a file and does the first with it, which shows what is the matter. */
function opened(file: string, open: () => readonly [database: DatabaseSync, first: string]): SqliteConnection {
  let database: DatabaseSync | undefined
  try {
    const [found, first] = open()
    database = found
    database.exec(first)
  } catch (cause) {
    database?.close()
    if (isOfStorage(cause)) throw recordsError(cause, dirname(file))
    throw new GantryError('invalid', notAJournal, { cause })
  }
  return { database, statements: new Map() }
}

/** Reads the first page. */
const probe = 'SELECT count(*) FROM sqlite_schema'

export const notAJournal = 'This file is not a journal of Gantry, or it is damaged.'

export function closeConnection({ database, statements }: SqliteConnection): void {
  statements.clear()
  if (database.isOpen) database.close()
}

/** https://sqlite.org/rescode.html: a table is missing, the image is malformed, the file is not a database. */
const damaged: ReadonlySet<unknown> = new Set([1, 11, 26])

function coded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof Error) || isGantryError(cause)) throw cause
    const { code, errcode } = cause as Error & { code?: unknown; errcode?: unknown }
    if (damaged.has(errcode)) throw new GantryError('invalid', notAJournal, { cause })
    if (code !== 'ERR_SQLITE_ERROR' && code !== 'ERR_INVALID_STATE') throw cause
    const message = 'The journal cannot be written: check the space where it is kept, and resume.'
    throw new GantryError('read_only', message, { cause })
  }
}
