export {
  type AgeKey,
  checkRecipient,
  type ChunkCipher,
  type Cipher,
  createSourceKey,
  generateIdentity,
  identityBytes,
  identityOf,
  nobleCipher,
  openBytes,
  recipientOf,
  restoreSourceKey,
  scryptWorkFactor,
  sealBytes,
  type SourceKey,
} from '@gantry/age'
export { type ArchiveLimits } from './formats/archive/archive-limits.ts'
export {
  type DataType,
  type GeometryDescription,
  type GeometryFormat,
  type Matrix,
  type SourceFile,
  type VolumeDescription,
} from './formats/description.ts'
export { type DicomFile } from './formats/dicom/dicom-file.ts'
export { type DicomKind } from './formats/dicom/dicom-kind.ts'
export { blobInput, type WebFile } from './formats/input/blob-input.ts'
export { bytesInput } from './formats/input/bytes-input.ts'
export { entryInput } from './formats/input/entry-input.ts'
export { type FileInput } from './formats/input/file-input.ts'
export { type LoadedFiles, loadFiles, type LoadOptions, type OtherFile } from './formats/load/load-files.ts'
export { type LoadProblem } from './formats/problem.ts'
export { recognise } from './formats/recognise/recognise.ts'
export { type FileKind, type Recognised } from './formats/recognise/recognised.ts'
export { type ObjectToOpen, openObject, type OpenObjectOptions } from './sealing/open-object.ts'
export { encryptionFormat, openedStore, type SealedObject, type SealedSource } from './sealing/opened-store.ts'
export { createSealedItem, randomName, type SealedItem } from './sealing/sealed-item.ts'
export { sealedStore, type SealingSource } from './sealing/sealed-store.ts'
export { type AskPassphrase, type KeyLock, lockShareKey, shareKeyOf, type ShareKeyOptions } from './secret/key-lock.ts'
export { longestMetadata, openMetadata, sealMetadata, type SealMetadataOptions } from './secret/metadata.ts'
export { parseSecretLink, printSecretLink, type SecretLink, shareAddressOf } from './secret/secret-link.ts'
export { type AuthCalls } from './gantry/auth-calls.ts'
export { createGantry, type Gantry } from './gantry/create-gantry.ts'
export { type EnsuredSources, type EnsureSettings, type EnsureSourcesResult } from './gantry/ensured.ts'
export { parseExpiresIn } from './gantry/expires-in.ts'
export { type GeometryCalls } from './gantry/geometry-calls.ts'
export { type Loadable, type LoadResult } from './gantry/load.ts'
export { type MedCalls } from './gantry/med-calls.ts'
export { type OpenGrants } from './keeper/open-grants.ts'
export { type GantryOptions } from './gantry/options.ts'
export {
  type OpenHubStore,
  type Platform,
  type Transfer,
  type TransferFailure,
  type TransferRequest,
} from './gantry/platform.ts'
export { type CallProgress, type CallSettings, type Result } from './gantry/result.ts'
export { type ShareCalls } from './gantry/share-calls.ts'
export { type MetadataSettings, type SharedMetadata } from './gantry/make-share.ts'
export { type OpenSettings } from './gantry/open-share.ts'
export { type Asset, type LoadAssetSettings, type LoadedAsset, type StorageCalls } from './gantry/storage-calls.ts'
export {
  type NewWorkspace,
  type SerializeAlias,
  type SerializeSettings,
  type WorkspaceCalls,
  type WorkspaceHandle,
} from './gantry/workspace-calls.ts'
export { type Fetch } from './hub-client/ask-hub.ts'
export { type HubClient, hubClient } from './hub-client/hub-client.ts'
export { type ShareEvent, type ShareSummary } from './keeper/share-keeper.ts'
export { type Prepare } from './sources/prepared-input.ts'
export {
  memoryCatalogue,
  type RememberedObject,
  type RememberedSource,
  type SourceCatalogue,
} from './sources/source-catalogue.ts'
export { Geometry, geometryOf } from './workspace/geometry.ts'
export { Volume, volumeOf } from './workspace/volume.ts'
export { Workspace, type WorkspaceListener, type WorkspaceState } from './workspace/workspace.ts'
