import { hubErrorSchema } from '../hub/hub-wire.ts'
import { describeError } from '../store/describe-error.ts'
import type { ErrorCode } from './error-code.ts'
import { GantryError } from './gantry-error.ts'
import { codeOfGoogleStatus } from './google-status.ts'

/** An answer over HTTP that is a refusal; plain data, whoever made the request. */
export interface HttpRefusalAnswer {
  readonly status: number
  /** Text of the answer, as far as it was read. */
  readonly body?: string | undefined
  /** The headers `Retry-After` and `Date`. */
  readonly retryAfter?: string | undefined
  readonly date?: string | undefined
  /** Milliseconds since the epoch: a port, because core has no clock. */
  readonly now: number
}

/**
 * What a service answered instead of doing it; the cause of the `GantryError` that stands for it. Keeps the numbers and
 * nothing of the text, which may name what was asked for.
 */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly status: number
  /** `details[].reason` of a google.rpc body, such as `revoked`. */
  readonly reason: string | undefined

  constructor(status: number, reason: string | undefined) {
    super(`The service answered ${status}${reason === undefined ? '' : ` (${reason})`}.`)
    this.status = status
    this.reason = reason
  }
}

const byStatus: { readonly [status: number]: ErrorCode } = {
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'not_found',
  405: 'unsupported',
  407: 'unauthenticated',
  408: 'timeout',
  409: 'already_exists',
  410: 'not_found',
  412: 'precondition_failed',
  422: 'integrity',
  425: 'unavailable',
  429: 'rate_limited',
  501: 'unsupported',
  507: 'read_only',
}

/** Nobody follows them: credentials and images would go wherever they lead. */
const elsewhere = 'The service sends elsewhere (a redirect), which is not followed: give the URL that it is at.'

/** Where others than the service answer. */
const onTheWay: ReadonlyMap<number, string> = new Map([
  [407, 'The proxy wants to be told who asks: put user and password into its URL in the environment.'],
  [413, 'The service, or a proxy before it, takes no request as large: send it in smaller parts.'],
])

const over = ': ask who made it for a new one.'

/** What a hub's reason says, where that is more than the code does. */
const byReason: ReadonlyMap<string, string> = new Map([
  ['expired', `The share has expired${over}`],
  ['revoked', `The share was revoked${over}`],
  ['used_up', `The share was opened as often as it may be${over}`],
  ['prefix', 'The account may act below its prefix alone: name a folder (or a prefix of the store) that is below it.'],
])

/** The error that a refusal stands for: by its google.rpc body, else, as of a proxy in between, by its status. */
export function errorOfHttpRefusal(answer: HttpRefusalAnswer): GantryError {
  const { status, now } = answer
  const error = readError(answer.body)
  const told = error === undefined ? undefined : codeOfGoogleStatus(error.status)
  const code = told ?? codeOfHttpStatus(status)
  const reason = error?.details?.find((detail) => /^[a-z_]{1,64}$/u.test(detail.reason ?? ''))?.reason
  const general = (told === undefined ? onTheWay.get(status) : undefined) ?? describeError(code)
  const otherwise = status >= 300 && status < 400 ? elsewhere : general
  return new GantryError(code, byReason.get(reason ?? '') ?? otherwise, {
    retryAfter: parseRetryAfter(answer.retryAfter, answer.date, now),
    cause: new HttpRefusal(status, reason),
  })
}

/** What a status says where nothing else does. */
export function codeOfHttpStatus(status: number): ErrorCode {
  return byStatus[status] ?? (status >= 500 ? 'unavailable' : 'invalid')
}

/** RFC 9110 10.2.3: seconds, or a date by the service's own clock; milliseconds from now. */
export function parseRetryAfter(value: string | undefined, date: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,7}$/u.test(value)) return Number(value) * 1000
  const until = Date.parse(value)
  const told = Date.parse(date ?? '')
  return Number.isNaN(until) ? undefined : Math.max(0, until - (Number.isNaN(told) ? now : told))
}

function readError(body: string | undefined) {
  if (body === undefined || body === '') return undefined
  try {
    return hubErrorSchema.safeParse(JSON.parse(body)).data?.error
  } catch {
    return undefined
  }
}
