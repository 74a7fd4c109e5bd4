import { GantryError, type NewEntry } from '@gantry/core/driver'

import { S3Failure } from '../failure.ts'

/** Of services that keep objects in folders: versitygw's names, and MinIO's. */
const takenNames = new Set([
  'ObjectParentIsFile',
  'ExistingObjectIsDirectory',
  'XMinioParentIsObject',
  'XMinioObjectExistsAsDirectory',
])

/** S3 says `PreconditionFailed` of both conditions: that nothing is there, and that a certain version is. */
export function asConflict(error: unknown, entry: NewEntry): unknown {
  if (error instanceof S3Failure && takenNames.has(error.s3Code)) {
    const message =
      'The service keeps objects in folders, and a name stands where a folder is needed, or a folder where the name is: choose another path.'
    return new GantryError('invalid', message, { cause: error })
  }
  if (entry.ifAbsent !== true || !isConflict(error)) return error
  return new GantryError('already_exists', 'Something is there already.', { cause: error })
}

export function isConflict(error: unknown): boolean {
  return error instanceof S3Failure && error.status === 412
}
