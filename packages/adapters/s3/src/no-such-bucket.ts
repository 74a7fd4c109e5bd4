import { GantryError } from '@gantry/core/driver'

import { S3Failure } from './failure.ts'

/** A bucket that is not there is no entry that is not there: said in words of its own. */
export function sayingNoBucket(error: unknown): unknown {
  return error instanceof S3Failure && error.s3Code === 'NoSuchBucket'
    ? new GantryError('not_found', 'There is no such bucket, and none is made.', { cause: error })
    : error
}
