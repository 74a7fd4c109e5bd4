import { type ErrorCode, GantryError, isGantryError } from '@gantry/core'

import type { Caused } from '../job-event.ts'

/** What an error means to a job; what is not Gantry's own is a defect. */
export function codeOf(error: unknown): ErrorCode {
  return isGantryError(error) ? error.code : 'internal'
}

/** For people; free of paths and secrets, as all messages of `GantryError` are. */
export function messageOf(error: unknown): string {
  if (isGantryError(error)) return error.message
  return 'An unexpected error, in Gantry or in what it was given: see its cause, and report it where it is ours.'
}

/** What could be of either side, and is mended there alone. */
const ofEither: ReadonlySet<ErrorCode> = new Set(['not_found', 'permission_denied', 'unauthenticated'])

/** The same, and which side is meant, once: what an entry was planned with is said again by each run. */
export function sayingWhere(error: unknown, fromSource: boolean): unknown {
  if (!isGantryError(error) || !ofEither.has(error.code) || error.message.startsWith('At the ')) return error
  const { code, message, store, path, retryable, retryAfter, cause } = error
  const side = fromSource ? 'source' : 'destination'
  return new GantryError(code, `At the ${side}: ${message}`, { store, path, retryable, retryAfter, cause })
}

export function withCause<Told extends object>(told: Told, error: unknown): Told & Caused {
  const cause = isGantryError(error) ? error.cause : error
  return cause === undefined ? told : Object.defineProperty(told, 'cause', { value: cause })
}

/** Bytes were not what they should be, also where an abort is what the caller was told. */
export function isOfIntegrity(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (isGantryError(one) && one.code === 'integrity') return true
  }
  return false
}
