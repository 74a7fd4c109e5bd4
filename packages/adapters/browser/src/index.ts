export { browser, type BrowserOptions } from './browser.ts'
export { bucket, type BucketOptions } from './bucket/bucket.ts'
export { chooseFolder, forgetFolder, keepFolder, keptFolder, privateFolder } from './folders.ts'
export {
  type DirectoryHandle,
  type FileContent,
  type FileHandle,
  type SyncAccessHandle,
  type WritableFile,
} from './handles.ts'
export { askToWrite } from './permission.ts'
export { sweepFolder } from './sweep-folder.ts'
export { zipDownload } from './zip-download.ts'
