export { type DicomJson, type DicomJsonElement, type DicomJsonPersonName, type DicomJsonValue } from './dicom-json.ts'
export { type ErrorCode, errorCodes, isRetryableCode } from './errors/error-code.ts'
export { codeOfGoogleStatus, googleStatusOf } from './errors/google-status.ts'
export { asGantryError, GantryError, type GantryErrorOptions, isGantryError } from './errors/gantry-error.ts'
export { errorOfHttpRefusal, HttpRefusal, type HttpRefusalAnswer } from './errors/http-refusal.ts'
export { httpStatusOf, Refusal } from './errors/refusal.ts'
export {
  type Abilities,
  type ResumableAbility,
  type SignAbility,
  type TierAbility,
  type TierWord,
  tierWords,
} from './store/abilities.ts'
export { type Adapter, type Discovered, openStore } from './store/adapter.ts'
export { type ByteRange, type Bytes, bytesOf, close, collect, exactly, tap } from './store/bytes.ts'
export { passage, type PassageRules } from './store/passage.ts'
export { type Call, type CallOptions, toCall } from './store/call.ts'
export { combineCrcs, isLinear, type LinearAlgorithm } from './store/combine-crcs.ts'
export {
  type AsideHasher,
  compareDigests,
  type DigestAlgorithm,
  digestAlgorithms,
  digestAside,
  type Digests,
  type Hasher,
  type Hashing,
} from './store/digest.ts'
export { type Taken } from './store/direct.ts'
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
export { compileGlob } from './store/glob.ts'
export { layered, type OverAdapter } from './store/over-adapter.ts'
export { checkLength, checkPath, comparePaths, isAtOrBelow, isPath, longestPath } from './store/path.ts'
export {
  type FetchFailure,
  type NewParcel,
  type ParcelOutcome,
  type ParcelsAbility,
  type ParcelUnit,
  type ParcelWriter,
} from './store/parcel.ts'
export { type Query, type QueryLevel } from './store/query.ts'
export { compileSelection, needsAttributes, needsHeader, type Selection, selectionSchema } from './store/selection.ts'
export { type Signal } from './store/signal.ts'
export { type StoreTrouble } from './store/store-trouble.ts'
export { Store } from './store/store.ts'
export { type ListOptions, type TakeOptions } from './store/store-options.ts'
export { type Mended, type Proven, type StoreDriver, type Thaw, type ThawSpeed } from './store/store-driver.ts'
export { type Committed, type StoreParcel } from './store/store-parcel.ts'
export { type Fetched, type StoreParcels } from './store/store-parcels.ts'
export { StoreUploads } from './store/store-uploads.ts'
export { type NewPart, type Part, type StoredPart, type Upload } from './store/upload.ts'
export { untilOver, type WatchedBody } from './store/until-over.ts'
export { type AccessToken, type AccessTokens, type FetchToken } from './auth/access-token.ts'
export { createAccessTokens, withAccessToken } from './auth/access-tokens.ts'
export { compareExisting, compareSizes, type Comparison } from './transfer/compare-existing.ts'
export { concernsAll } from './transfer/concerns-all.ts'
export {
  adaptConcurrency,
  type ConcurrencyState,
  type ConcurrencyWindow,
  createConcurrency,
  highestConcurrency,
  lowestConcurrency,
} from './transfer/concurrency.ts'
export { type TransferEffect } from './transfer/effect.ts'
export { type Side, type TakenEntry, type TransferEvent, type TransferEventType } from './transfer/event.ts'
export { existingPolicies, type JobSpec, jobSpecSchema } from './transfer/job-spec.ts'
export { distinctPath, flatLayout, imageLayout, keepLayout, type Layout } from './transfer/layout.ts'
export { type Phase, phases, restingPhases } from './transfer/phase.ts'
export { cutUpload, planParts } from './transfer/plan-parts.ts'
export { measureRate, type Progress, progressOf, type Rate } from './transfer/progress.ts'
export { type JobRecord, restoreState } from './transfer/restore.ts'
export { defaultRetryTiming, retryDelay, type RetryTiming } from './transfer/retry-delay.ts'
export { type Transition } from './transfer/settle.ts'
export {
  createJobState,
  defaultLimits,
  type InFlight,
  type JobState,
  type Limits,
  noTally,
  type Tally,
  type Task,
} from './transfer/state.ts'
export { transition } from './transfer/transition.ts'
export { type Colormap, colormapSchema, type Colour, colourSchema } from './workspace/colour.ts'
export { isFreeOfCredentials } from './workspace/credentials.ts'
export { geometryFormats, geometrySchema, type WorkspaceGeometry } from './workspace/geometry.ts'
export { jsonLimits, workspaceLimits } from './workspace/limits.ts'
export { parseBoundedJson } from './workspace/parse-bounded-json.ts'
export { parseWorkspace } from './workspace/parse-workspace.ts'
export { segmentationSchema, type WorkspaceSegmentation } from './workspace/segmentation.ts'
export { serializeWorkspace } from './workspace/serialize-workspace.ts'
export { importSethealth, type SethealthImport } from './workspace/sethealth/import-sethealth.ts'
export { type SethealthSource } from './workspace/sethealth/sethealth-source.ts'
export { type Shape, type ShapeKind, shapeKinds, shapeSchema } from './workspace/shape.ts'
export {
  type DicomwebSource,
  type EntriesSource,
  type Source,
  type SourceEntry,
  sourceEntrySchema,
  sourceSchema,
} from './workspace/source.ts'
export { type Point, type Transform } from './workspace/space.ts'
export { viewSchema, type WorkspaceView } from './workspace/view.ts'
export { volumeFormats, volumeSchema, type WorkspaceVolume } from './workspace/volume.ts'
export { type SerializableWorkspace, workspaceSchema, workspaceVersion } from './workspace/workspace.ts'
