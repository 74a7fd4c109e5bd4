import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { GantryError, isGantryError } from '@gantry/core'

import { Connection, isBusy } from './connection.ts'
import type { SqlDatabase, SqlValue, SqlWriter } from './sql-database.ts'

export interface SqliteOptions {
  /** Made for its owner alone (0600) where it is not there, as its folder (0700). `:memory:` keeps nothing. */
  readonly file: string
  /**
   * One entry a version: a database of an older version is brought forward by running the entries that it lacks, all of
   * them or none. Entries that were released are never changed.
   */
  readonly migrations: readonly string[]
  /** Whose it is, for messages: `the hub`. */
  readonly owner: string
  /** It has to be there: nothing is made, and `not_found` told, or `invalid` of one without tables. For who only looks into it. */
  readonly existing?: boolean | undefined
  /** Of pages, for each of two connections; default: SQLite's own 2 MB. */
  readonly cacheBytes?: number | undefined
  /** Stands in the header of the file (`PRAGMA application_id`), by which others tell whose it is; default: none. */
  readonly applicationId?: number | undefined
  /**
   * All of it can be had again: no write waits for the disk, and what is damaged or of another version is made anew.
   * Default: `false`.
   */
  readonly disposable?: boolean | undefined
}

const memory = ':memory:'

/**
 * A database in one SQLite file. Reads have a connection of their own, so that they see what is committed and nothing
 * else. Transactions that wait at the same moment share one commit, and so one flush of the disk.
 * `not_found` (where it has to be there), `permission_denied`, `read_only`, `invalid` (no database) and `unsupported` (of
 * a newer version) have the file as `path`.
 */
export function openSqlite(options: SqliteOptions): SqlDatabase {
  const { file, owner, existing = false, disposable = false } = options
  try {
    if (file === memory) return new SqliteDatabase(options)
    // Looked at before it is opened, which writes to it.
    if (existing) refuseEmpty(file, owner)
    else mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600))
    try {
      return new SqliteDatabase(options)
    } catch (error) {
      if (!disposable || !isUnusable(error)) throw error
      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
      closeSync(openSync(file, 'a', 0o600))
      return new SqliteDatabase(options)
    }
  } catch (cause) {
    throw openingError(cause, file, owner)
  }
}

function refuseEmpty(file: string, owner: string): void {
  if (statSync(file).size === 0) throw emptied(owner)
}

/** Made here, it would have tables: what is found empty has lost them. */
function emptied(owner: string): GantryError {
  return new GantryError('invalid', `Nothing is in the database of ${owner}: it is damaged.`)
}

/** No database, a damaged one, or one of another version. */
function isUnusable(error: unknown): boolean {
  return isGantryError(error) && (error.code === 'invalid' || error.code === 'unsupported')
}

function openingError(cause: unknown, path: string, owner: string): GantryError {
  if (isGantryError(cause)) return new GantryError(cause.code, cause.message, { cause, path })
  const { code, syscall } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT' && syscall === 'stat') {
    return new GantryError('not_found', `There is no database of ${owner}.`, { cause, path })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new GantryError('permission_denied', `This user may not read and write the database of ${owner}.`, {
      cause,
      path,
    })
  }
  const message = `The database of ${owner} cannot be made or written: its folder takes no files.`
  return new GantryError('read_only', message, { cause, path })
}

/** Milliseconds that a write waits for those of other processes. */
const longestWait = 10_000

interface Waiting {
  readonly work: (sql: SqlWriter) => Promise<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

class SqliteDatabase implements SqlDatabase {
  readonly #reading: Connection
  readonly #writing: Connection
  /** In memory there is one connection, and reads wait for the transactions that are under way. */
  readonly #alone: boolean
  #queue: Waiting[] = []
  #draining: Promise<void> | undefined

  constructor(options: SqliteOptions) {
    const { file, cacheBytes, applicationId, disposable = false } = options
    this.#writing = new Connection(file)
    this.#alone = file === memory
    try {
      // Before the log is begun: it has to stand in the file itself.
      if (applicationId !== undefined) this.#writing.exec(`PRAGMA application_id = ${applicationId}`)
      this.#writing.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${disposable ? 'OFF' : 'FULL'}`)
      const cache = cacheBytes === undefined ? '' : `PRAGMA cache_size = -${Math.ceil(cacheBytes / 1024)}`
      // As many pages as are kept anyway wait to be written to their place.
      if (cacheBytes !== undefined)
        this.#writing.exec(`${cache}; PRAGMA wal_autocheckpoint = ${Math.ceil(cacheBytes / 4096)}`)
      migrate(this.#writing, options)
      // From here on others have their turn while it waits: see #begin.
      this.#writing.exec('PRAGMA busy_timeout = 0')
      this.#reading = this.#alone ? this.#writing : new Connection(file)
      if (!this.#alone) this.#reading.exec(`PRAGMA query_only = ON; ${cache}`)
    } catch (error) {
      this.#writing.close()
      throw error
    }
  }

  async all<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]> {
    if (this.#alone) await this.#draining
    return this.#reading.all(sql, values) as Row[]
  }

  async write<Result>(work: (sql: SqlWriter) => Promise<Result>): Promise<Result> {
    return (await new Promise<unknown>((resolve, reject) => {
      this.#queue.push({ work, resolve, reject })
      this.#draining ??= this.#drain()
    })) as Result
  }

  async change<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]> {
    return await this.write(async (writer) => await writer.all<Row>(sql, ...values))
  }

  async jot<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]> {
    return await this.change(sql, ...values)
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

  /** Waits for another process that writes, and lets this one go on with all else meanwhile. */
  async #begin(): Promise<void> {
    for (const until = Date.now() + longestWait; ;) {
      try {
        this.#writing.exec('BEGIN IMMEDIATE')
        return
      } catch (error) {
        if (!isBusy(error) || Date.now() > until) throw error
        await sleep(10)
      }
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const connection = this.#writing
    const sql: SqlWriter = {
      all: async <Row>(text: string, ...values: readonly SqlValue[]) => connection.all(text, values) as Row[],
      run: async (text, ...values) => connection.run(text, values),
    }
    const settle: (() => void)[] = []
    // What is alone needs none, and a savepoint keeps a copy of each page that is changed under it.
    const isAlone = batch.length === 1
    await this.#begin()
    try {
      for (const { work, resolve, reject } of batch) {
        if (!isAlone) connection.exec('SAVEPOINT one')
        try {
          const result = await work(sql)
          settle.push(() => resolve(result))
        } catch (error) {
          if (isAlone) throw error
          connection.exec('ROLLBACK TO one')
          settle.push(() => reject(error))
        }
        if (!isAlone) connection.exec('RELEASE one')
      }
      connection.exec('COMMIT')
    } catch (error) {
      connection.rollback()
      throw error
    }
    for (const tell of settle) tell()
  }
}

function migrate(
  connection: Connection,
  { migrations, owner, existing = false, disposable = false }: SqliteOptions,
): void {
  connection.exec('BEGIN IMMEDIATE')
  try {
    const [row] = connection.all('PRAGMA user_version', []) as { user_version: number }[]
    const version = row?.user_version ?? 0
    if (existing && version === 0) throw emptied(owner)
    if (version > migrations.length) {
      throw new GantryError('unsupported', `The database is of a newer version of ${owner}: install that one.`)
    }
    if (disposable && version > 0 && version < migrations.length) {
      throw new GantryError('unsupported', `The database is of an older version of ${owner}.`)
    }
    for (const migration of migrations.slice(version)) connection.exec(migration)
    connection.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`)
  } catch (error) {
    connection.rollback()
    throw error
  }
}
