export { gcs, gcsAdapter } from './gcs.ts'
export { type GcsOptions } from './options.ts'
