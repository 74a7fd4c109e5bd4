export { type FileSource, openFileSource, readHeaderFile, readImageFile, readImageFileSync } from './node/file.ts'
