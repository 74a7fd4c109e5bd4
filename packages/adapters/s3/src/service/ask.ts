import type { S3Client } from '@aws-sdk/client-s3'
import { type Call, isGantryError } from '@gantry/core/driver'
import { notOf, sayingHost } from '@gantry/http'

import { failureOf, S3Failure } from '../failure.ts'
import { inWords } from '../in-words.ts'
import type { Service } from './service.ts'

type Send<Output> = (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<Output>

const refreshable = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'InvalidToken'])

/** Asks through the SDK; once more when credentials have expired early, the clock is wrong, or the bucket elsewhere. */
export async function ask<Output>(service: Service, call: Call, send: Send<Output>): Promise<Output> {
  const options = { abortSignal: call.signal }
  const client = await service.sdk()
  try {
    return await send(client, options)
  } catch (error) {
    const failure = sanitized(error)
    if (!(failure instanceof S3Failure) || !(await mayHelp(service, client, failure))) throw inWords(failure)
  }
  try {
    return await send(await service.sdk(), options)
  } catch (error) {
    throw inWords(sanitized(error))
  }
}

/** Whether the same call, made again, would be signed otherwise. The SDK sets its clock by an answer that complains. */
async function mayHelp(service: Service, client: S3Client, failure: S3Failure): Promise<boolean> {
  const { s3Code } = failure
  if (s3Code === 'RequestTimeTooSkewed' || service.learnRegion(failure, await client.config.region())) return true
  return refreshable.has(s3Code) && (await service.renewCredentials())
}

/** The SDK's errors hold the whole answer, and with it keys, access keys and what was signed. */
function sanitized(error: unknown): unknown {
  if (isGantryError(error) || !(error instanceof Error)) return error
  const { $metadata, $response, Region } = error as {
    Region?: unknown
    $metadata?: { httpStatusCode?: number }
    $response?: { statusCode?: number; headers?: { readonly [name: string]: string } }
  }
  const status = $response?.statusCode ?? $metadata?.httpStatusCode
  if (status === undefined) return sayingHost(error)
  // What could not be read, though it was granted: errors of S3 have a fault, also those that come with 200.
  if (status >= 200 && status < 300 && !('$fault' in error)) return notOf('a service that speaks S3')
  const headers = $response?.headers ?? {}
  // Where the bucket is, stands in the body of some answers: the SDK has read it already.
  const body = typeof Region === 'string' ? `<Region>${Region}</Region>` : ''
  const failure = failureOf(status, { get: (name) => headers[name] }, body)
  const { retryAfter, region, serverTime } = failure
  // What the SDK calls an answer without a code.
  const isForeign = /^(?:Unknown(?:Error)?|(?:Syntax)?Error|\d{3})$/u.test(error.name)
  return new S3Failure(status, isForeign ? '' : error.name, { retryAfter, region, serverTime, isForeign })
}
