import type { S3Client } from '@aws-sdk/client-s3'
import { type Call, type ErrorCode, isGantryError, type Signal } from '@gantry/core/driver'

import { codeOf, retryAfterOf } from '../error-codes.ts'
import { failureOf, S3Failure } from '../failure.ts'
import type { Service } from './service.ts'

type Send<Output> = (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<Output>

/** A stall has cost enough time already: whoever called decides whether to wait again. */
const passingCodes: ReadonlySet<ErrorCode> = new Set(['unavailable', 'rate_limited'])

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

/** How often a call that changes nothing is made before its failure is passed on. */
const mostAttempts = 3
const firstWait = 200
/** A service that asks for more is busy enough for the caller to know of it. */
const longestWait = 5000

/** `ask` for calls that change nothing and are one of many: page 900 must not take the other 899 with it. */
export async function askAgain<Output>(service: Service, call: Call, send: Send<Output>): Promise<Output> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(service, call, send)
    } catch (error) {
      const code = codeOf(error)
      const wait = retryAfterOf(error) ?? Math.random() * firstWait * 4 ** attempt
      const passing = code !== undefined && passingCodes.has(code) && wait <= longestWait
      if (!passing || attempt === mostAttempts || call.signal.aborted) throw error
      await sleep(wait, call.signal)
    }
  }
}

async function sleep(milliseconds: number, signal: Signal): Promise<void> {
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, milliseconds)
    signal.addEventListener('abort', finish)
  })
}
