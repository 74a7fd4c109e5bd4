import type { S3Client } from '@aws-sdk/client-s3'
import { type Call, isGantryError } from '@gantry/core/driver'

import { failureOf, S3Failure } from '../failure.ts'
import type { Service } from './service.ts'

type Send<Output> = (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<Output>

const refreshable = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'InvalidToken'])

/** Asks through the SDK; once more when credentials have expired early, or the clock is wrong. */
export async function ask<Output>(service: Service, call: Call, send: Send<Output>): Promise<Output> {
  const options = { abortSignal: call.signal as AbortSignal }
  try {
    return await send(await service.sdk(), options)
  } catch (error) {
    const failure = sanitized(error)
    if (!(failure instanceof S3Failure) || !(await mayHelp(service, failure))) throw failure
  }
  try {
    return await send(await service.sdk(), options)
  } catch (error) {
    throw sanitized(error)
  }
}

/** Whether the same call, made again, would be signed otherwise. The SDK sets its clock by an answer that complains. */
async function mayHelp(service: Service, { s3Code }: S3Failure): Promise<boolean> {
  if (s3Code === 'RequestTimeTooSkewed') return true
  return refreshable.has(s3Code) && (await service.renewCredentials())
}

/** The SDK's errors hold the whole answer, and with it keys, access keys and what was signed. */
function sanitized(error: unknown): unknown {
  if (isGantryError(error) || !(error instanceof Error)) return error
  const { $metadata, $response } = error as {
    $metadata?: { httpStatusCode?: number }
    $response?: { statusCode?: number; headers?: { readonly [name: string]: string } }
  }
  const status = $response?.statusCode ?? $metadata?.httpStatusCode
  if (status === undefined) return error
  const headers = $response?.headers ?? {}
  const failure = failureOf(status, { get: (name) => headers[name] }, '')
  const { retryAfter, region, serverTime } = failure
  return new S3Failure(status, error.name, { retryAfter, region, serverTime })
}
