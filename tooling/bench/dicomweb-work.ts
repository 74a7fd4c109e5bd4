/** What one process is to do. */
export interface DicomwebWork {
  readonly step: string
  readonly root: string
  readonly headers: Readonly<Record<string, string>>
  readonly study: string
  readonly series: string
  readonly instances: readonly string[]
  readonly concurrency: number
  readonly folder: string
  readonly verify: boolean
}

export interface DicomwebResult {
  /** Of the work alone, without the start of the process. */
  readonly milliseconds: number
  /** Until the first instance was there, whole. */
  readonly first: number
  readonly bytes: number
  readonly count: number
  /** Of the digests of all instances, in order; means something where the work said `verify`. */
  readonly digest: string
}
