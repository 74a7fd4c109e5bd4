import { describeError } from '../store/describe-error.ts'
import { type ErrorCode, isRetryableCode } from './error-code.ts'

/** What an error carries besides its code and message. */
export interface GantryErrorOptions {
  readonly cause?: unknown
  /** Scheme or name of the store that failed, e.g. `s3`. */
  readonly store?: string | undefined
  /** Entry that failed, relative to the store. Kept out of the message: a path can name a patient. */
  readonly path?: string | undefined
  /** Milliseconds to wait before the next attempt, as the service asked for. */
  readonly retryAfter?: number | undefined
  /** Overrides what the code says, for an error that is known to be permanent or to pass. */
  readonly retryable?: boolean | undefined
}

/**
 * The one error class of every Gantry package.
 *
 * The message says what happened and what to do; it never holds a path, a header value, a token or anything read from
 * an image, so that it can be logged. The entry is in `path`, for those who may see it.
 */
export class GantryError extends Error {
  override readonly name = 'GantryError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly retryAfter: number | undefined
  readonly store: string | undefined
  readonly path: string | undefined

  constructor(code: ErrorCode, message: string, options: GantryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? isRetryableCode(code)
    this.retryAfter = options.retryAfter
    this.store = options.store
    this.path = options.path
  }
}

/** True for errors of any copy of this class: two versions of core may live in one program. */
export function isGantryError(error: unknown): error is GantryError {
  return error instanceof Error && error.name === 'GantryError' && 'code' in error
}

/** The error itself where it is one of ours; anything else is a defect, and the cause of an `internal` one. */
export function asGantryError(error: unknown, message: string = describeError('internal')): GantryError {
  return isGantryError(error) ? error : new GantryError('internal', message, { cause: error })
}
