import { GantryError, isGantryError, type Signal } from '@gantry/core/driver'
import {
  allowInsecureRequests,
  AuthorizationResponseError,
  customFetch,
  JWT_TIMESTAMP_CHECK,
  OperationProcessingError,
  RESPONSE_IS_NOT_CONFORM,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'

import { errorOfSignInRefusal } from './sign-in-refusal.ts'
import type { SignInClient } from './sign-in-client.ts'

/** What the library's requests take. */
export interface RequestOptions {
  readonly [customFetch]: (url: string, init: { readonly method: string }) => Promise<Response>
  /** The endpoints are looked at before: `http:` is for this machine alone. */
  readonly [allowInsecureRequests]: true
  readonly signal: Signal
}

interface Exchange<Value> {
  readonly send: (options: RequestOptions) => Promise<Response>
  readonly read: (answer: Response) => Promise<Value>
}

/** One request of the library, and what it reads in the answer; what fails is a `GantryError`. */
export async function ask<Value>(
  client: SignInClient,
  { send, read }: Exchange<Value>,
  signal: Signal,
): Promise<Value> {
  if (isAborted(signal)) throw cancelled(signal)
  try {
    const answer = await send({
      [customFetch]: async (url, init) => await client.fetch(url, { ...init, cache: 'no-store', credentials: 'omit' }),
      [allowInsecureRequests]: true,
      signal,
    })
    return await read(answer)
  } catch (error) {
    if (isAborted(signal)) throw cancelled(signal)
    throw errorOfSignIn(error, client.now())
  }
}

/** What an error of the library stands for; its causes hold codes and tokens, and are left out. */
export function errorOfSignIn(error: unknown, now: number): GantryError {
  if (isGantryError(error)) return error
  if (error instanceof ResponseBodyError) {
    return refused(error.response, now, error.error, error.error_description)
  }
  if (error instanceof AuthorizationResponseError) return errorOfSignInRefusal({ error: error.error, status: 400, now })
  if (error instanceof WWWAuthenticateChallengeError) return refused(error.response, now, 'invalid_client')
  if (!(error instanceof OperationProcessingError)) {
    return new GantryError('unavailable', 'The provider could not be reached, or hung up: try again.')
  }
  if (error.code === RESPONSE_IS_NOT_CONFORM && error.cause instanceof Response) return refused(error.cause, now)
  if (error.code === JWT_TIMESTAMP_CHECK) {
    return new GantryError('unauthenticated', 'The times of the sign-in do not hold: check the clock of this machine.')
  }
  return new GantryError('unauthenticated', 'The answer is not one to this sign-in: begin anew.')
}

function refused(answer: Response, now: number, error?: string, description?: string): GantryError {
  return errorOfSignInRefusal({
    error,
    description,
    status: answer.status,
    retryAfter: answer.headers.get('retry-after') ?? undefined,
    date: answer.headers.get('date') ?? undefined,
    now,
  })
}

/** A call, so that no compiler takes it for unchanged while something else ran. */
function isAborted(signal: Signal): boolean {
  return signal.aborted
}

export function cancelled(signal: Signal): GantryError {
  return new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
}
