export { first, type SqlDatabase, type SqlValue, type SqlWriter, type WriteOptions } from './sql-database.ts'
