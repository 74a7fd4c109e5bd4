import { googleStatusOf, httpStatusOf, isGantryError, Refusal } from '@gantry/core'
import type { HubError } from '@gantry/core/hub'

import { TokenRefusal } from '../tokens/token-refusal.ts'

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
}

export function nothing(): Response {
  return new Response(null, { status: 204 })
}

/** What the keeper says of itself is no answer to the client, but for these. */
const passedOn: ReadonlySet<string> = new Set([
  'integrity',
  'read_only',
  'unavailable',
  'timeout',
  'rate_limited',
  'cancelled',
])

const ofTheKeeper = "The hub's storage failed, or has no space: try again later."

/** The answer that an error stands for; `hidden` where the client is told less than there is to know. */
export function answerOf(error: unknown): { readonly response: Response; readonly hidden: boolean } {
  if (error instanceof TokenRefusal) {
    return { response: json({ error: error.error, error_description: error.message }, 400), hidden: false }
  }
  const refusal = refusalIn(error)
  if (refusal !== undefined) {
    const { code, status, message, reason, headers } = refusal
    return { response: json(bodyOf(status, googleStatusOf(code), message, reason), status, headers), hidden: false }
  }
  if (isGantryError(error) && (error.store === undefined || passedOn.has(error.code)) && error.code !== 'internal') {
    const { code } = error
    const status = httpStatusOf(code)
    // A storage's words may tell where it is.
    const message = error.store === undefined || code === 'integrity' ? error.message : ofTheKeeper
    return { response: json(bodyOf(status, googleStatusOf(code), message), status), hidden: status >= 500 }
  }
  const message = 'Something went wrong in the hub: its log knows more.'
  return { response: json(bodyOf(500, googleStatusOf('internal'), message), 500), hidden: true }
}

function bodyOf(code: number, status: string, message: string, reason?: string): HubError {
  return { error: { code, status, message, ...(reason !== undefined && { details: [{ reason }] }) } }
}

/** A store wraps what the body it was given failed with: the reason is among the causes. */
function refusalIn(error: unknown): Refusal | undefined {
  let cause = error
  for (let depth = 0; depth < 8 && cause instanceof Error; depth += 1) {
    if (cause instanceof Refusal) return cause
    cause = cause.cause
  }
  return undefined
}
