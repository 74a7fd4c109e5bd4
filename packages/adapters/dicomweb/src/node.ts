export { dicomweb, dicomwebAdapter, dicomwebClient, plainDicomwebAdapter } from './node/dicomweb.ts'
export { type NodeDicomwebOptions } from './options.ts'
