import type { SqlDatabase } from '@gantry/sqlite'

export { first, type SqlValue, type SqlWriter } from '@gantry/sqlite'

/**
 * Where the index is kept: a port, so that it can be a file, memory, or a database at the edge. SQL is SQLite's. What is
 * committed may be lost with the power: it is read from the store again.
 */
export type IndexDatabase = Pick<SqlDatabase, 'all' | 'write' | 'close'>
