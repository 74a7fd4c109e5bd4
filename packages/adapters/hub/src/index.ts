export { fetchHubToken, hubTokens, type HubTokensOptions } from './auth/hub-tokens.ts'
export { hubAdapter, hubStore, loopbackHubAdapter } from './hub-store.ts'
export { type Fetch } from './http/fetch-transport.ts'
export { type HubStoreOptions } from './options.ts'
