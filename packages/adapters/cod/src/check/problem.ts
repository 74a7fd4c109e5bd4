import type { SeriesName } from '../series/series-name.ts'
import type { TroubleKind } from '../series/series-trouble.ts'

/**
 * What is wrong with a series, beyond what a list tells.
 *
 * - `wrong-bytes` an instance has another CRC-32C, or size, than its record says
 * - `wrong-file` its record leads to a file in the tar that is another instance's
 * - `not-dicom` what is stored as an instance is no DICOM file
 * - `unreadable-record` what it says of the image cannot be read; the bytes can
 * - `missing-bytes` a record that leads to no file in the tar
 * - `unknown-file` a file in the tar that the metadata do not know
 * - `odd-entry` an entry of the tar that is neither file nor folder (a link, a sparse file): what it stands for is not read
 * - `bytes-behind` bytes behind the end of the tar, which no reader sees: to add to the series would lose them
 * - `damaged-tar` the tar is cut off, or makes no sense
 * - `no-index` there is no index.sqlite, without which the Python reader opens nothing
 * - `wrong-index` the index tells of other files than the tar has
 */
export type ProblemKind =
  | TroubleKind
  | 'wrong-bytes'
  | 'wrong-file'
  | 'not-dicom'
  | 'unreadable-record'
  | 'missing-bytes'
  | 'unknown-file'
  | 'odd-entry'
  | 'bytes-behind'
  | 'damaged-tar'
  | 'no-index'
  | 'wrong-index'

export interface CodProblem extends SeriesName {
  readonly type: 'problem'
  readonly kind: ProblemKind
  /** `warning`: all that the metadata tell of can be read all the same. */
  readonly severity: 'error' | 'warning'
  /** The instance that it concerns. */
  readonly key?: string
}

/** A series that was gone through. */
export interface CheckedSeries extends SeriesName {
  readonly type: 'series'
  readonly instances: number
  /** Of the tar. */
  readonly bytes: number
  readonly errors: number
  readonly warnings: number
}

export type CheckResult = CodProblem | CheckedSeries

const warnings: ReadonlySet<ProblemKind> = new Set([
  'locked',
  'unknown-file',
  'odd-entry',
  'bytes-behind',
  'being-written',
  'unreadable-record',
] as const)

export function problem(name: SeriesName, kind: ProblemKind, key?: string): CodProblem {
  const { study, series } = name
  const severity = warnings.has(kind) ? 'warning' : 'error'
  return { type: 'problem', study, series, kind, severity, ...(key !== undefined && { key }) }
}
