import { GantryError, type NewEntry } from '@gantry/core/driver'

import { S3Failure } from '../failure.ts'

/** S3 says `PreconditionFailed` of both conditions: that nothing is there, and that a certain version is. */
export function asConflict(error: unknown, entry: NewEntry): unknown {
  if (entry.ifAbsent !== true || !isConflict(error)) return error
  return new GantryError('already_exists', 'Something is there already.', { cause: error })
}

export function isConflict(error: unknown): boolean {
  return error instanceof S3Failure && error.status === 412
}
