import { GantryError } from '@gantry/core/driver'

import { S3Failure } from '../failure.ts'
import type { Service } from '../service/service.ts'

/** Sends a body with its checksum behind it; a service that does not take that is remembered. */
export async function withTrailer<Value>(
  { traits }: Service,
  path: string,
  send: () => Promise<Value>,
): Promise<Value> {
  try {
    return await send()
  } catch (error) {
    if (isRefusal(error)) traits.refuseTrailers()
    // It may have been something else: the next attempt, which goes without, shows it.
    else if (mayBeRefusal(error)) traits.doubtTrailers(path)
    else throw error
    const message = 'The service does not take checksums behind a body: the next attempt goes without.'
    throw new GantryError('unavailable', message, { cause: error })
  }
}

/** Sends a body without one, and learns by that why a body with one was refused. */
export async function withoutTrailer<Value>(
  { traits }: Service,
  path: string,
  send: () => Promise<Value>,
): Promise<Value> {
  try {
    const value = await send()
    traits.settleDoubt(path, true)
    return value
  } catch (error) {
    if (error instanceof S3Failure && error.status < 500) traits.settleDoubt(path, false)
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof S3Failure)) return false
  return [411, 501].includes(error.status) || ['InvalidRequest', 'XAmzContentSHA256Mismatch'].includes(error.s3Code)
}

function mayBeRefusal(error: unknown): boolean {
  return error instanceof S3Failure && error.status === 400 && error.s3Code === 'InvalidArgument'
}
