export { fetchHubToken, hubTokens, type HubTokensOptions } from './auth/hub-tokens.ts'
export { hubAdapter, hubStore, loopbackHubAdapter } from './node/hub-store.ts'
export { readKeyFile } from './node/read-key-file.ts'
export { type NodeHubStoreOptions } from './options.ts'
