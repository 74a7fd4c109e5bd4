import { GantryError } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import type { SqlDatabase, SqlValue, SqlWriter, WriteOptions } from '@gantry/sqlite'
import { escapeLiteral, Pool, type PoolClient, types } from 'pg'

import { coded } from './coded.ts'
import { migrationInPostgres, statementOf } from './in-postgres.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; never shown. */
  readonly url: string
  /** As those of SQLite: one entry a version, in the types of SQLite. Those that the database lacks are run. */
  readonly migrations: readonly string[]
  /** Whose tables they are, for messages; several owners may share a database. */
  readonly owner: string
  /** Tables of this owner have to be there, else `not_found`; default: they are made. */
  readonly existing?: boolean | undefined
  /** At most so many connections; default: 4. */
  readonly connections?: number | undefined
}

/** A database in PostgreSQL. Writes of one owner come one after another, from however many processes. */
export async function openPostgres(options: PostgresOptions): Promise<SqlDatabase> {
  checkGiven(options, 'openPostgres', { url: 'string', migrations: 'list', owner: 'string' })
  const { url, migrations, owner, existing = false, connections = 4 } = options
  const pool = new Pool({
    ...optionsOf(url),
    max: connections,
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser },
  })
  // A connection that breaks while nobody uses it is replaced when one is needed.
  pool.on('error', () => {})
  const database = new PostgresDatabase(pool, owner)
  try {
    await database.migrate(migrations, existing)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

function optionsOf(url: string) {
  if (!/^postgres(ql)?:\/\//u.test(url) || !URL.canParse(url)) {
    throw new GantryError('invalid', 'A PostgreSQL is named postgres://user:password@host:port/database.')
  }
  // A server that has gone without a word is noticed.
  return { connectionString: url, keepAlive: true, query_timeout: 120_000 }
}

/** Sums and counts are numbers here as they are in SQLite. */
const numbers = [types.builtins.INT8, types.builtins.NUMERIC]

const getTypeParser: typeof types.getTypeParser = (oid: (typeof numbers)[number], format?: 'text' | 'binary') =>
  numbers.includes(oid) && format !== 'binary' ? Number : types.getTypeParser(oid, format)

class PostgresDatabase implements SqlDatabase {
  readonly #pool: Pool
  readonly #owner: string
  /** In one round trip. */
  readonly #beginAlone: string

  constructor(pool: Pool, owner: string) {
    this.#pool = pool
    this.#owner = owner
    const lock = escapeLiteral(`gantry ${owner}`)
    this.#beginAlone = `BEGIN; SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))`
  }

  async all<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]> {
    try {
      return (await this.#pool.query(statementOf(sql, values))).rows as Row[]
    } catch (error) {
      throw coded(error)
    }
  }

  async write<Result>(
    work: (sql: SqlWriter) => Promise<Result>,
    { beside = false }: WriteOptions = {},
  ): Promise<Result> {
    return await this.#transaction(beside, async (client) => await work(writerOf(client)))
  }

  async change<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]> {
    return await this.all(sql, ...values)
  }

  async jot<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]> {
    // Local to the transaction that the statement is, and looked at when that ends.
    return await this.all(`${sql}, set_config('synchronous_commit', 'off', true) AS unflushed`, ...values)
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }

  async migrate(migrations: readonly string[], existing: boolean): Promise<void> {
    const owner = this.#owner
    await this.#transaction(false, async (client) => {
      await client.query('CREATE TABLE IF NOT EXISTS gantry_schemas (owner TEXT PRIMARY KEY, version BIGINT NOT NULL)')
      const { rows } = await client.query('SELECT version FROM gantry_schemas WHERE owner = $1', [owner])
      const [row] = rows as { version: number }[]
      if (row === undefined && existing) throw new GantryError('not_found', `The database has no tables of ${owner}.`)
      const version = row?.version ?? 0
      if (version > migrations.length) {
        throw new GantryError('unsupported', `The database is of a newer version of ${owner}: install that one.`)
      }
      for (const migration of migrations.slice(version)) await client.query(migrationInPostgres(migration))
      const set = `INSERT INTO gantry_schemas (owner, version) VALUES ($1, $2)
 ON CONFLICT (owner) DO UPDATE SET version = excluded.version`
      if (version < migrations.length) await client.query(set, [owner, migrations.length])
    })
  }

  /** One that no other of this owner runs beside, but for those that say so. */
  async #transaction<Result>(beside: boolean, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw coded(error)
    })
    // It breaks also between two statements; the next one says so.
    const ignore = () => {}
    client.on('error', ignore)
    let broken: Error | undefined
    try {
      await client.query(beside ? 'BEGIN' : this.#beginAlone)
      const result = await work(client)
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK').catch((cause: Error) => (broken = cause))
      throw coded(error)
    } finally {
      client.off('error', ignore)
      client.release(broken)
    }
  }
}

function writerOf(client: PoolClient): SqlWriter {
  return {
    remote: true,
    all: async <Row>(sql: string, ...values: readonly SqlValue[]) =>
      (await client.query(statementOf(sql, values))).rows as Row[],
    run: async (sql, ...values) => (await client.query(statementOf(sql, values))).rowCount ?? 0,
  }
}
