import { googleStatusOf, httpStatusOf, isGantryError, Refusal } from '@gantry/core'

import { type Answer, json } from './exchange.ts'

/** What the store says of itself is no answer to the client, but for these. */
const passedOn: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'rate_limited', 'cancelled', 'read_only'])

const ofTheStore = 'The storage behind this server failed: try again later.'

/** The answer that an error stands for; `hidden` where the client is told less than there is to know. */
export function answerOf(error: unknown): { readonly answer: Answer; readonly hidden: boolean } {
  const refusal = refusalIn(error)
  if (refusal !== undefined) {
    const { code, status, message, headers } = refusal
    return { answer: json(bodyOf(status, googleStatusOf(code), message), status, headers), hidden: false }
  }
  if (isGantryError(error) && error.store === undefined && error.code !== 'internal') {
    // What cannot be done is not for want of a method, but because of what the instance is.
    const status = error.code === 'unsupported' ? 422 : httpStatusOf(error.code)
    return { answer: json(bodyOf(status, googleStatusOf(error.code), error.message), status), hidden: status >= 500 }
  }
  if (isGantryError(error) && passedOn.has(error.code)) {
    const status = httpStatusOf(error.code)
    const headers = { ...(error.retryable && { 'Retry-After': String(Math.ceil((error.retryAfter ?? 1000) / 1000)) }) }
    return { answer: json(bodyOf(status, googleStatusOf(error.code), ofTheStore), status, headers), hidden: true }
  }
  const message = 'Something went wrong in the server: its log knows more.'
  return { answer: json(bodyOf(500, googleStatusOf('internal'), message), 500), hidden: true }
}

function bodyOf(code: number, status: string, message: string) {
  return { error: { code, status, message } }
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
