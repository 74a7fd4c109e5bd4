import { GantryError } from '@gantry/core/driver'

import { S3Failure } from '../failure.ts'
import type { Service } from '../service/service.ts'

/** Sends a body with its checksum behind it; a service that does not take that is remembered. */
export async function withTrailer<Value>(service: Service, send: () => Promise<Value>): Promise<Value> {
  try {
    return await send()
  } catch (error) {
    if (!isRefusal(error)) throw error
    service.traits.refuseTrailers()
    const message = 'The service does not take checksums behind a body: the next attempt goes without.'
    throw new GantryError('unavailable', message, { cause: error })
  }
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof S3Failure)) return false
  return [411, 501].includes(error.status) || ['InvalidRequest', 'XAmzContentSHA256Mismatch'].includes(error.s3Code)
}
