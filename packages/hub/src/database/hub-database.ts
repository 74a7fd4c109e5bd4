export { first, type SqlDatabase as HubDatabase, type SqlValue, type SqlWriter } from '@gantry/sqlite'
