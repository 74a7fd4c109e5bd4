import { chmodSync, closeSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

import { GantryError, isGantryError } from '@gantry/core'

import type { IndexDatabase, SqlValue, SqlWriter } from '../database/index-database.ts'
import { indexSchema, indexVersion } from '../database/index-schema.ts'

/**
 * Opens the file, or makes it for its owner alone: it holds names of patients. One of another version, or a damaged one,
 * is made anew; what is no index of ours is left alone, and refused. `:memory:` keeps nothing.
 */
export function openIndexDatabase(file: string): IndexDatabase {
  try {
    if (file !== ':memory:') {
      if (!isOursOrNew(file)) throw notOurs()
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      closeSync(openSync(file, 'a', 0o600))
      chmodSync(file, 0o600)
    }
    try {
      return new SqliteIndexDatabase(file)
    } catch (error) {
      if (file === ':memory:' || !isUnusable(error)) throw error
      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
      closeSync(openSync(file, 'a', 0o600))
      return new SqliteIndexDatabase(file)
    }
  } catch (cause) {
    if (isGantryError(cause)) throw cause
    throw new GantryError('read_only', 'The index cannot be kept there: check the folder, or that no other uses it.', {
      cause,
    })
  }
}

function notOurs(): GantryError {
  return new GantryError(
    'invalid',
    'The file of the index is another one, and is left alone: name one that is not there.',
  )
}

/** In the header of every index that was made here ("GNTI"): what another program keeps is not thrown away. */
const applicationId = 0x474e5449

/** By the first bytes (https://sqlite.org/fileformat2.html#the_database_header), because a damaged one cannot be opened. */
function isOursOrNew(file: string): boolean {
  const header = Buffer.alloc(100)
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw error
  }
  try {
    const length = readSync(handle, header, 0, header.length, 0)
    if (length === 0) return true
    return header.toString('latin1', 0, 16) === 'SQLite format 3\0' && header.readUInt32BE(68) === applicationId
  } finally {
    closeSync(handle)
  }
}

const otherVersion = 'another version'

/** https://sqlite.org/rescode.html: corrupt, and not a database. */
function isUnusable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { errcode = 0 } = error as Error & { errcode?: number }
  return error.message === otherVersion || [11, 26].includes(errcode & 0xff)
}

/** Reads have a connection of their own, so that they see what is committed and nothing else. */
class SqliteIndexDatabase implements IndexDatabase {
  readonly #writing: Connection
  readonly #reading: Connection
  /** In memory there is one connection, and reads wait for the transaction that is under way. */
  readonly #alone: boolean
  #last: Promise<unknown> = Promise.resolve()

  constructor(file: string) {
    this.#writing = new Connection(file)
    this.#alone = file === ':memory:'
    try {
      // What a power cut takes is read from the store again.
      // Before the log is begun: it has to stand in the file itself.
      this.#writing.exec(`PRAGMA application_id = ${applicationId}`)
      this.#writing.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000')
      prepare(this.#writing)
      this.#reading = this.#alone ? this.#writing : new Connection(file)
      if (!this.#alone) this.#reading.exec('PRAGMA query_only = ON')
    } catch (error) {
      this.#writing.close()
      throw error
    }
  }

  async all<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]> {
    if (this.#alone) await this.#last
    return this.#reading.all(sql, values) as Row[]
  }

  async write<Result>(work: (sql: SqlWriter) => Promise<Result>): Promise<Result> {
    const result = this.#last.then(async () => await this.#transaction(work))
    this.#last = result.catch(() => {})
    return await result
  }

  async close(): Promise<void> {
    await this.#last
    this.#reading.close()
    this.#writing.close()
  }

  async #transaction<Result>(work: (sql: SqlWriter) => Promise<Result>): Promise<Result> {
    const connection = this.#writing
    connection.exec('BEGIN IMMEDIATE')
    try {
      const result = await work({
        all: async <Row>(text: string, ...values: readonly SqlValue[]) => connection.all(text, values) as Row[],
        run: async (text, ...values) => connection.run(text, values),
      })
      connection.exec('COMMIT')
      return result
    } catch (error) {
      connection.exec('ROLLBACK')
      throw error
    }
  }
}

function prepare(connection: Connection): void {
  const [{ user_version: version } = { user_version: 0 }] = connection.all('PRAGMA user_version', []) as {
    user_version: number
  }[]
  if (version === indexVersion) return
  if (version !== 0) throw new Error(otherVersion)
  connection.exec(`BEGIN IMMEDIATE; ${indexSchema} PRAGMA user_version = ${indexVersion}; COMMIT`)
}

/** A connection, and the statements that it has prepared. */
class Connection {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 10_000 })
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  all(sql: string, values: readonly SqlValue[]): unknown[] {
    return this.#statement(sql).all(...values)
  }

  run(sql: string, values: readonly SqlValue[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid)
  }

  close(): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    if (this.#statements.size > 500) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}
