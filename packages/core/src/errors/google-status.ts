import type { ErrorCode } from './error-code.ts'

const statuses: { readonly [Code in ErrorCode]: string } = {
  invalid: 'INVALID_ARGUMENT',
  unauthenticated: 'UNAUTHENTICATED',
  permission_denied: 'PERMISSION_DENIED',
  not_found: 'NOT_FOUND',
  already_exists: 'ALREADY_EXISTS',
  precondition_failed: 'FAILED_PRECONDITION',
  integrity: 'DATA_LOSS',
  rate_limited: 'RESOURCE_EXHAUSTED',
  unavailable: 'UNAVAILABLE',
  timeout: 'DEADLINE_EXCEEDED',
  read_only: 'OUT_OF_RANGE',
  unsupported: 'UNIMPLEMENTED',
  cancelled: 'CANCELLED',
  internal: 'INTERNAL',
}

const codes: ReadonlyMap<string, ErrorCode> = new Map([
  ...Object.entries(statuses).map(([code, status]) => [status, code as ErrorCode] as const),
  ['ABORTED', 'unavailable'],
  ['UNKNOWN', 'internal'],
])

/** The name of `google.rpc.Code` that stands for a code in an HTTP answer's body. */
export function googleStatusOf(code: ErrorCode): string {
  return statuses[code]
}

/** What a `status` of google.rpc means; `undefined` for one that does not exist. */
export function codeOfGoogleStatus(status: string): ErrorCode | undefined {
  return codes.get(status)
}
