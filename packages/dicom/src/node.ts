export {
  type FileSource,
  openFileSource,
  readHeaderFile,
  readHeaderFileSync,
  readImageFile,
  readImageFileSync,
} from './node/file.ts'
