import { codeOfHttpStatus, GantryError } from '@gantry/core/driver'
import { notOf } from '@gantry/http'

import { S3Failure } from './failure.ts'
import { proxyWantsLogin } from './http/tunnel.ts'

/** Of what is no client's mistake: whoever asks goes on by them. */
const wanted: ReadonlySet<number> = new Set([411, 416])

/**
 * A refusal that is none of a request for an object, in words of its own: the bucket is not there or elsewhere, or somebody on
 * the way has answered. The others are as they were, for whoever asked to go on by.
 */
export function inWords(error: unknown): unknown {
  if (!(error instanceof S3Failure)) return error
  const { status, s3Code, isForeign } = error
  if (s3Code === 'NoSuchBucket') {
    return new GantryError('not_found', 'There is no such bucket, and none is made.', { cause: error })
  }
  // Not `not_found`: what is elsewhere may well be there. It is met again with every other object.
  if (status >= 300 && status < 400) {
    const where = 'check the region, and the endpoint (also whether it is http or https).'
    const what = `The bucket or the service is elsewhere (a redirect, ${status}), which is not followed`
    return new GantryError('permission_denied', `${what}: ${where}`, { cause: error })
  }
  if (status === 407) {
    return new GantryError('unauthenticated', proxyWantsLogin, { cause: error })
  }
  if (status === 413) {
    const what = 'The service, or a proxy before it, takes no request as large (413): choose a smaller part size.'
    return new GantryError('invalid', what, { cause: error })
  }
  if (!isForeign || wanted.has(status) || codeOfHttpStatus(status) !== 'invalid') return error
  const { code, message } = notOf('a service that speaks S3')
  return new GantryError(code, `${message} It was a refusal (${status}).`, { retryable: false, cause: error })
}
