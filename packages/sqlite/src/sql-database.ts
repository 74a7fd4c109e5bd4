/** What a column holds. */
export type SqlValue = string | number | null | Uint8Array

/** Statements of one transaction. SQL is the plain common one, with `?` for values. */
export interface SqlWriter {
  /** Each statement is a round trip: a few that say much are better than many. */
  readonly remote?: boolean
  all<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]>
  /** Answers how many rows changed. */
  run(sql: string, ...values: readonly SqlValue[]): Promise<number>
}

export interface WriteOptions {
  /**
   * It need not run as if alone: it is right whatever others do between its statements. A database that many processes write
   * to may run several such at a time.
   */
  readonly beside?: boolean | undefined
}

/** Where something is kept in tables: a port, so that another SQL store than SQLite can stand behind it. */
export interface SqlDatabase {
  /** Reads what is committed. */
  all<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]>
  /**
   * Runs `work` as one transaction, as if alone: nobody sees a part of it, and when this resolves it survives a power
   * cut. Where `work` throws, nothing of it has happened. `work` awaits nothing but its own statements.
   */
  write<Result>(work: (sql: SqlWriter) => Promise<Result>, options?: WriteOptions): Promise<Result>
  /** One statement that is a transaction, `beside` others; answers with the rows that it returns. In one round trip. */
  change<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]>
  /**
   * The same for what may be forgotten if the database's machine or process dies in the next second, so that nobody waits for
   * a disk. The statement ends with what it returns.
   */
  jot<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]>
  close(): Promise<void>
}

/** The first row, if there is one. */
export async function first<Row>(rows: Promise<Row[]>): Promise<Row | undefined> {
  return (await rows)[0]
}
