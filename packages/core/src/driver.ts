// What adapter authors import; users import `@gantry/core`.
export { type AccessToken, type AccessTokens, type FetchToken } from './auth/access-token.ts'
export { createAccessTokens, withAccessToken } from './auth/access-tokens.ts'
export { type ErrorCode } from './errors/error-code.ts'
export { codeOfGoogleStatus } from './errors/google-status.ts'
export { GantryError, type GantryErrorOptions, isGantryError } from './errors/gantry-error.ts'
export { errorOfHttpRefusal, HttpRefusal, type HttpRefusalAnswer } from './errors/http-refusal.ts'
export { type Abilities, type ParcelUnit, type ResumableAbility } from './store/abilities.ts'
export { abortable, throwIfCancelled } from './store/abortable.ts'
export { type Adapter, type AdapterDefinition, defineAdapter } from './store/adapter.ts'
export { type ByteRange, type Bytes, bytesOf, clipRange, close, collect, exactly, tap } from './store/bytes.ts'
export { type Call, type CallOptions, toCall } from './store/call.ts'
export { compareDigests, type DigestAlgorithm, type Digests, type Hashing } from './store/digest.ts'
export {
  type Attributes,
  type Entry,
  type EntryRef,
  type ImageIdentity,
  type NewEntry,
  type Reading,
} from './store/entry.ts'
export { checkPath, comparePaths, isPath, utf8Length } from './store/path.ts'
export { combineCrcs, isLinear, type LinearAlgorithm } from './store/combine-crcs.ts'
export { releasing } from './store/releasing.ts'
export { type Selection } from './store/selection.ts'
export { type Signal } from './store/signal.ts'
export {
  type ResumableDriver,
  type RetainDriver,
  type SignDriver,
  type StoreDriver,
  type TierDriver,
} from './store/store-driver.ts'
export { type NewPart, type Part, type StoredPart, type Upload } from './store/upload.ts'
