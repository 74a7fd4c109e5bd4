import { type ErrorCode, isRetryableCode } from '@gantry/core'

/** Why a part is not verified: by code alone, because what the queue keeps of it may name nobody. */
export class PartFailure extends Error {
  override readonly name = 'PartFailure'
  readonly code: ErrorCode
  /** Entries that failed. */
  readonly failed: number
  readonly retryable: boolean

  constructor(code: ErrorCode, failed: number, retryable = isRetryableCode(code)) {
    super(code)
    this.code = code
    this.failed = failed
    this.retryable = retryable
  }
}
