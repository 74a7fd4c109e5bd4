export { first, type SqlDatabase, type SqlValue, type SqlWriter } from './sql-database.ts'
