/** What a column holds. */
export type SqlValue = string | number | null

/** Statements of one transaction. SQL is SQLite's, with `?` for values. */
export interface SqlWriter {
  all<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]>
  /** Answers the id of the row that was inserted last. */
  run(sql: string, ...values: readonly SqlValue[]): Promise<number>
}

/** Where the index is kept: a port, so that it can be a file, memory, or a database at the edge. */
export interface IndexDatabase {
  /** Reads what is committed, and nothing of a transaction that is under way. */
  all<Row>(sql: string, ...values: readonly SqlValue[]): Promise<Row[]>
  /** Runs `work` as one transaction; where it throws, nothing of it has happened. It awaits nothing but its statements. */
  write<Result>(work: (sql: SqlWriter) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** The first row, if there is one. */
export async function first<Row>(rows: Promise<Row[]>): Promise<Row | undefined> {
  return (await rows)[0]
}
