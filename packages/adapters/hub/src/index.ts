export { fetchHubToken, hubTokens, type HubTokensOptions } from './auth/hub-tokens.ts'
export { hubAdapter, hubStore, loopbackHubAdapter } from './hub-store.ts'
export { type Fetch } from '@gantry/http'
export { type HubStoreOptions } from './options.ts'
