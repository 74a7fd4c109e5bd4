// What adapter authors import; users import `@gantry/core`.
export { type AccessToken, type AccessTokens, type FetchToken } from './auth/access-token.ts'
export { createAccessTokens, withAccessToken } from './auth/access-tokens.ts'
export { type DicomJson, type DicomJsonElement, type DicomJsonPersonName, type DicomJsonValue } from './dicom-json.ts'
export { type ErrorCode } from './errors/error-code.ts'
export { codeOfSystemError } from './errors/system-error.ts'
export { codeOfGoogleStatus } from './errors/google-status.ts'
export { asGantryError, GantryError, type GantryErrorOptions, isGantryError } from './errors/gantry-error.ts'
export {
  codeOfHttpStatus,
  errorOfHttpRefusal,
  HttpRefusal,
  type HttpRefusalAnswer,
  parseRetryAfter,
} from './errors/http-refusal.ts'
export {
  type Abilities,
  type ResumableAbility,
  type SignAbility,
  type TierAbility,
  type TierWord,
} from './store/abilities.ts'
export { abortable, throwIfCancelled } from './store/abortable.ts'
export { type Adapter, type AdapterDefinition, defineAdapter, type Discovered } from './store/adapter.ts'
export { type ByteRange, type Bytes, bytesOf, clipRange, close, collect, exactly, tap } from './store/bytes.ts'
export { type Call, type CallOptions, toCall } from './store/call.ts'
export { compareDigests, digestAside, type DigestAlgorithm, type Digests, type Hashing } from './store/digest.ts'
export { type DirectDriver, type DirectOrder, SourceFailure, type Taken } from './store/direct.ts'
export {
  type Attributes,
  type Entry,
  type EntryRef,
  type Expected,
  type ImageIdentity,
  type NewEntry,
  type Reading,
  type SizedEntry,
} from './store/entry.ts'
export { defineOverAdapter, type OverAdapter, type OverAdapterDefinition } from './store/over-adapter.ts'
export { checkGiven, type Wanted } from './store/check-given.ts'
export { parseOptions } from './store/parse-options.ts'
export { checkPath, comparePaths, isAtOrBelow, isPath, utf8Length } from './store/path.ts'
export { combineCrcs, isLinear, type LinearAlgorithm } from './store/combine-crcs.ts'
export { exactlyHeldBack, wrongLength } from './store/held-back.ts'
export { passage, type PassageRules } from './store/passage.ts'
export { releasing } from './store/releasing.ts'
export { retryingBy, type RetryingPorts } from './store/retrying.ts'
export {
  type FetchFailure,
  type NewParcel,
  type ParcelDriver,
  type ParcelOutcome,
  type ParcelsAbility,
  type ParcelUnit,
  type ParcelWriter,
} from './store/parcel.ts'
export { type Query, type QueryDriver, type QueryLevel } from './store/query.ts'
export { type Selection } from './store/selection.ts'
export { mayHold } from './store/selected-folder.ts'
export { type Crc, slicedCrc } from './store/sliced-crc.ts'
export { type Held, SharedHandles } from './store/shared-handles.ts'
export { type Signal } from './store/signal.ts'
export { type StoreTrouble } from './store/store-trouble.ts'
export { withCalls } from './store/with-calls.ts'
export {
  type ResumableDriver,
  type Mended,
  type ProofDriver,
  type Proven,
  type RetainDriver,
  type SignDriver,
  type StoreDriver,
  type Thaw,
  type ThawSpeed,
  type TierDriver,
} from './store/store-driver.ts'
export { withoutUndefined } from './store/without-undefined.ts'
export { type NewPart, type Part, type StoredPart, type Upload } from './store/upload.ts'
