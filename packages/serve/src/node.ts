export { openIndexDatabase } from './node/open-index-database.ts'
export { serveDicomweb, type ServedDicomweb, type ServeDicomwebOptions } from './node/serve-dicomweb.ts'
