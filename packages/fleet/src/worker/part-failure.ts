import { type ErrorCode, isRetryableCode } from '@gantry/core'

/** Why a part is not verified: by code alone, because what the queue keeps of it may name nobody. */
export class PartFailure extends Error {
  override readonly name = 'PartFailure'
  readonly code: ErrorCode
  /** Entries that failed. */
  readonly failed: number
  readonly retryable: boolean
  /** It ended all of the part, as what every entry would meet does, and nothing had been sent by then. */
  readonly atOnce: boolean

  constructor(
    code: ErrorCode,
    failed: number,
    {
      retryable = isRetryableCode(code),
      atOnce = false,
    }: { readonly retryable?: boolean; readonly atOnce?: boolean } = {},
  ) {
    super(code)
    this.code = code
    this.failed = failed
    this.retryable = retryable
    this.atOnce = atOnce
  }
}
