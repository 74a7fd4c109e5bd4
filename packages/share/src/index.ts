export { type ChunkCipher, type Cipher } from './age/cipher.ts'
export { openBytes, sealBytes } from './age/file.ts'
export { checkRecipient, generateIdentity, identityBytes, identityOf, recipientOf } from './age/identity.ts'
export { nobleCipher } from './age/noble-cipher.ts'
export { type AgeKey, scryptWorkFactor } from './age/open-header.ts'
export { createSourceKey, restoreSourceKey, type SourceKey } from './age/source-key.ts'
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
export { type KeyLock, lockShareKey, shareKeyOf, type ShareKeyOptions } from './secret/key-lock.ts'
export { longestMetadata, openMetadata, sealMetadata, type SealMetadataOptions } from './secret/metadata.ts'
export { parseSecretLink, printSecretLink, type SecretLink } from './secret/secret-link.ts'
