export { dicomwebClient } from './node/dicomweb.ts'
export { type NodeDicomwebOptions } from './options.ts'
