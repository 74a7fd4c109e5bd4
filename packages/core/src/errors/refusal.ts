import type { ErrorCode } from './error-code.ts'
import { GantryError, type GantryErrorOptions } from './gantry-error.ts'

/** HTTP's status for each code, where nothing says otherwise. */
const statuses: { readonly [Code in ErrorCode]: number } = {
  invalid: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  precondition_failed: 412,
  integrity: 422,
  rate_limited: 429,
  unavailable: 503,
  timeout: 504,
  read_only: 507,
  unsupported: 501,
  cancelled: 499,
  internal: 500,
}

export interface RefusalOptions extends GantryErrorOptions {
  /** Where it is not what the code says. */
  readonly status?: number | undefined
  /** A word for programs, beside the code. */
  readonly reason?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What a server of ours says no with: an error that knows how it looks over HTTP. */
export class Refusal extends GantryError {
  readonly status: number
  readonly reason: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, options: RefusalOptions = {}) {
    super(code, message, options)
    this.status = options.status ?? statuses[code]
    this.reason = options.reason
    this.headers = options.headers ?? {}
  }
}

/** The status that stands for a code over HTTP. */
export function httpStatusOf(code: ErrorCode): number {
  return statuses[code]
}
