import {
  type ErrorCode,
  errorOfHttpRefusal,
  GantryError,
  HttpRefusal,
  type HttpRefusalAnswer,
} from '@gantry/core/driver'
import * as z from 'zod'

import { roleOf } from './roles.ts'

const jsonSchema = z.object({
  error: z.object({
    message: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
})

/** `reason` of the JSON API and `Code` of the XML API, where they say more than the status. */
const byReason: Readonly<Record<string, ErrorCode>> = {
  authError: 'unauthenticated',
  required: 'unauthenticated',
  dailyLimitExceeded: 'rate_limited',
  rateLimitExceeded: 'rate_limited',
  userRateLimitExceeded: 'rate_limited',
  SlowDown: 'rate_limited',
  BadDigest: 'integrity',
  InvalidDigest: 'integrity',
  InvalidPart: 'integrity',
  InvalidPartOrder: 'integrity',
  ExpiredToken: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  // Two changes of one object met.
  409: 'unavailable',
  416: 'invalid',
  499: 'unavailable',
}

/** The error that a refusal of GCS stands for. Keeps nothing of its text, which names buckets and objects. */
export function errorOfRefusal(answer: HttpRefusalAnswer): GantryError {
  const general = errorOfHttpRefusal(answer)
  const { reason, message } = readRefusal(answer.body)
  const code = byReason[reason] ?? (isMismatch(message) ? 'integrity' : (byStatus[answer.status] ?? general.code))
  const { retryAfter } = general
  const more = { ...(retryAfter !== undefined && { retryAfter }), cause: new HttpRefusal(answer.status, reason) }
  return new GantryError(code, describe(code, reason, message) ?? describeOf(code, general), more)
}

/** What the service answered, where it refused. */
export function statusOf(error: unknown): number | undefined {
  const { cause } = error instanceof Error ? error : {}
  return cause instanceof HttpRefusal ? cause.status : undefined
}

function describe(code: ErrorCode, reason: string, message: string): string | undefined {
  if (reason === 'objectUnderActiveHold' || reason === 'ObjectUnderActiveHold') {
    return 'The entry is held: whoever set the hold must release it first.'
  }
  if (reason === 'retentionPolicyNotMet') return 'The entry is retained: it can be removed or replaced later.'
  if (code !== 'permission_denied' && code !== 'unauthenticated') return undefined
  const permission =
    /\b((?:storage\.(?:objects|buckets|multipartUploads)|iam\.serviceAccounts|serviceusage\.services)\.[A-Za-z]{1,40})\b/u.exec(
      message,
    )?.[1]
  if (permission === undefined) return undefined
  const role = roleOf(permission)
  const ask = role === undefined ? 'ask the owner of the bucket for it' : `ask the owner of the bucket for ${role}`
  if (code === 'permission_denied') return `The credentials lack ${permission} here: ${ask}.`
  return `Nobody in particular has ${permission} here: sign in, or name a key file; the role is ${role ?? 'not known'}.`
}

/** The general words, but where the code is another one. */
function describeOf(code: ErrorCode, general: GantryError): string {
  if (code === general.code) return general.message
  if (code === 'integrity') return 'The service received other bytes than were promised.'
  if (code === 'rate_limited') return 'The service asks for fewer requests: try again later or with fewer at a time.'
  if (code === 'unauthenticated') return 'The service did not accept the credentials: sign in again, or check the key.'
  if (code === 'unavailable') return 'The service could not do it now: try again.'
  return 'The service refused the request as malformed.'
}

function isMismatch(message: string): boolean {
  return /^provided (?:CRC32C|MD5)/iu.test(message)
}

function readRefusal(body = ''): { readonly reason: string; readonly message: string } {
  const plain = (reason = '') => (/^[A-Za-z]{1,64}$/u.test(reason) ? reason : '')
  if (body.trimStart().startsWith('<')) {
    const reason = plain(/<Code>([^<]{1,64})<\/Code>/u.exec(body)?.[1])
    const words = /<(?:Message|Details)>([^<]*)<\/(?:Message|Details)>/gu
    return { reason, message: [...body.matchAll(words)].map(([, text]) => text).join(' ') }
  }
  try {
    const { error } = jsonSchema.parse(JSON.parse(body))
    return { reason: plain(error.errors?.[0]?.reason), message: error.message ?? '' }
  } catch {
    // Of simple uploads, GCS writes no JSON.
    return { reason: '', message: body.slice(0, 1000) }
  }
}
