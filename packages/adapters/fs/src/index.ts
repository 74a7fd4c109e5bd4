export { fs } from './fs.ts'
export { fsAdapter } from './fs-adapter.ts'
export { type FsOptions } from './fs-options.ts'
