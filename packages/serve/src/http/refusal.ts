import { type ErrorCode, GantryError, type GantryErrorOptions } from '@gantry/core'

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

interface RefusalOptions extends GantryErrorOptions {
  /** Where it is not what the code says. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** What the server says no with: an error that knows how it looks over HTTP. */
export class Refusal extends GantryError {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, options: RefusalOptions = {}) {
    super(code, message, options)
    this.status = options.status ?? statuses[code]
    this.headers = options.headers ?? {}
  }
}

export function statusOf(code: ErrorCode): number {
  return statuses[code]
}

export function notAcceptable(offered: string): Refusal {
  return new Refusal('unsupported', `None of the accepted media types is to be had here; there is: ${offered}`, {
    status: 406,
  })
}
