export { type RequestLog } from '@gantry/http/server'

export {
  type Access,
  type CheckAccess,
  type CheckToken,
  type Permission,
  tokenAccess,
  type Tokens,
} from './access/access.ts'
export { type CatalogCounts } from './catalog/catalog.ts'
export { type IndexStatus } from './catalog/indexer.ts'
export { type IndexDatabase, type SqlValue, type SqlWriter } from './database/index-database.ts'
export { indexSchema, indexVersion } from './database/index-schema.ts'
export { type Answer, type Ask } from './http/exchange.ts'
export { defaultLimits, type ServerLimits } from './parts.ts'
export {
  type Connection,
  createDicomwebServer,
  type DicomwebServer,
  type DicomwebServerOptions,
  uidLayout,
} from './server.ts'
