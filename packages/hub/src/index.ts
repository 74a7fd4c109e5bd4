export { type RequestLog } from '@gantry/http/server'

export {
  type Account,
  type AccountAlgorithm,
  type AccountKey,
  type Accounts,
  type NewAccount,
} from './accounts/accounts.ts'
export { type HubDatabase, type SqlValue, type SqlWriter } from './database/hub-database.ts'
export { hubMigrations } from './database/hub-schema.ts'
export { type Connection } from './http/exchange.ts'
export { type HubMount } from './http/mount.ts'
export { type HubPage, type HubPages } from './http/pages.ts'
export { storeMount, type StoreMountOptions } from './http/store-mount.ts'
export { createHub, type Hub } from './hub.ts'
export { defaultHubLimits, type HubLimits, type HubOptions } from './options.ts'
export { type Random } from './random-text.ts'
export { type Rate } from './rate-limit.ts'
export { type Swept } from './sweep.ts'
export {
  hubTokenCheck,
  type HubTokenCheck,
  type HubTokenCheckOptions,
  type TokenHolder,
} from './tokens/hub-token-check.ts'
export { type SigningKey, type SigningKeys } from './tokens/signing-keys.ts'
