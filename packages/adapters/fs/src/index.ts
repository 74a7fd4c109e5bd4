export { fs, type FsOptions } from './fs.ts'
export { fsAdapter } from './fs-adapter.ts'
