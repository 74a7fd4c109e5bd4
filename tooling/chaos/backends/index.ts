import type { Backend } from '../backend.ts'
import { orthancBackend, serveBackend } from './dicomweb.ts'
import { fsBackend } from './fs.ts'
import { gcsBackend } from './gcs.ts'
import { hubBackend } from './hub.ts'
import { igtBackend } from './igt.ts'
import { carBackend, codBackend } from './layers.ts'
import { rgwBackends, s3Backend } from './s3.ts'
import { ipfsBackend } from './ipfs.ts'
import { w3upBackend } from './w3up.ts'

/** Everything that the matrix is made of: a new adapter with a server is one more line. */
export const backends: readonly Backend[] = [
  fsBackend,
  s3Backend,
  ...rgwBackends,
  gcsBackend,
  hubBackend,
  serveBackend,
  orthancBackend,
  igtBackend,
  codBackend,
  carBackend,
  w3upBackend,
  ipfsBackend,
]

/** Adapters that are in no cell, and why. */
export const withoutServer: Readonly<Record<string, string>> = {
  memory: 'what it keeps ends with the process, and no server is behind it',
  browser: 'it runs in browsers alone; their tabs are killed in its own tests and in those of apps/web',
}
