export { type ErrorCode, errorCodes, isRetryableCode } from './errors/error-code.ts'
export { GantryError, type GantryErrorOptions, isGantryError } from './errors/gantry-error.ts'
export { type Abilities, type ParcelUnit, type ResumableAbility } from './store/abilities.ts'
export { type Adapter, openStore } from './store/adapter.ts'
export { type ByteRange, type Bytes, bytesOf, collect, exactly, tap } from './store/bytes.ts'
export { type Call, type CallOptions, toCall } from './store/call.ts'
export {
  compareDigests,
  type DigestAlgorithm,
  digestAlgorithms,
  type Digests,
  type Hasher,
  type Hashing,
} from './store/digest.ts'
export {
  type Attributes,
  type Entry,
  type EntryRef,
  type ImageIdentity,
  type NewEntry,
  type Reading,
} from './store/entry.ts'
export { compileGlob } from './store/glob.ts'
export { checkPath, comparePaths, isPath, longestPath } from './store/path.ts'
export { compileSelection, needsHeader, type Selection, selectionSchema } from './store/selection.ts'
export { type Signal } from './store/signal.ts'
export { type ListOptions, Store } from './store/store.ts'
export { type StoreDriver } from './store/store-driver.ts'
export { StoreUploads } from './store/store-uploads.ts'
export { type Part, type StoredPart, type Upload } from './store/upload.ts'
