import type { CodRetrieveSeries } from '@gantry-tooling/foreign'

import type { S3Server } from './s3.ts'

/** What one process is to do. */
export interface CodWork {
  readonly step: string
  readonly server: Pick<S3Server, 'endpoint' | 'accessKey' | 'secretKey'>
  readonly bucket: string
  /** Root of the COD store in the bucket. */
  readonly root: string
  /** Files go there. */
  readonly target: string
  readonly studies: readonly string[]
  /** For whoever has no credentials. */
  readonly series: readonly CodRetrieveSeries[]
  /** An instance, and a frame of it. */
  readonly path: string
  readonly frame: number
}

export interface CodResult {
  /** Of the work alone, without the start of the process. */
  readonly milliseconds: number
  /** Series, or bytes: whatever was counted. */
  readonly count: number
}
