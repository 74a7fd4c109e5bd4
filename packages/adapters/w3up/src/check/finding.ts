import type { GantryError } from '@gantry/core/driver'

import { isMissingKey } from '../manifest/unreadable.ts'

/** What a check found that should not be so. */
export type FindingKind =
  /** Bytes that are not those of their CID. */
  | 'damaged'
  /** A blob or key that a unit names is not there, or a blob is of another length. */
  | 'missing'
  /** The index tells of blocks that are elsewhere, or of none that is. */
  | 'index'
  /** A block of the DAG is in none of its shards. */
  | 'incomplete'
  /** A record, key or journal that cannot be read. */
  | 'record'
  /** Begun, and not committed: to be gone on with, or discarded. */
  | 'unfinished'
  /** A blob that no unit and no journal names. */
  | 'orphan'

export interface Finding {
  readonly type: 'finding'
  readonly kind: FindingKind
  /** An error keeps something from being read; a warning does not. */
  readonly severity: 'error' | 'warning'
  /** Name of the unit, where it belongs to one. */
  readonly unit?: string
  /** CID of the blob. */
  readonly blob?: string
  /** CID of the block, where it is known. */
  readonly block?: string
  /** Path of a record, key or journal in the home of the archive. */
  readonly file?: string
  readonly message: string
}

/** What is found where a small file of the archive cannot be read. */
export function ofFile(error: GantryError, unit?: string): Finding {
  return {
    type: 'finding',
    kind: isMissingKey(error) ? 'missing' : 'record',
    severity: 'error',
    ...(unit !== undefined && { unit }),
    ...(error.path !== undefined && { file: error.path }),
    message: error.message,
  }
}

/** A unit that was checked as a whole. */
export interface CheckedUnit {
  readonly type: 'unit'
  readonly unit: string
  readonly root: string
  readonly shards: number
  readonly blocks: number
  readonly bytes: number
  /** Its key was destroyed: what it holds cannot be read by anyone. */
  readonly destroyed: boolean
  readonly errors: number
}

export type CheckResult = Finding | CheckedUnit
