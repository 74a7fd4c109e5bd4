import { type Call, type ErrorCode, isGantryError } from '@gantry/core/driver'

import { codeOf } from '../error-codes.ts'

const passing: ReadonlySet<ErrorCode | undefined> = new Set(['unavailable', 'rate_limited'] as const)
const mostAttempts = 3
const firstWait = 200
/** A hub that asks for more is busy enough for the caller to know of it. */
const longestWait = 5000

/**
 * Tries a call again that changes nothing and is one of many: page 900 of a list must not take the other 899 with it.
 * All other calls are tried again by whoever runs the transfer.
 */
export async function retrying<Value>(call: Call, work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const asked = isGantryError(error) ? error.retryAfter : undefined
      const wait = asked ?? Math.random() * firstWait * 4 ** (attempt - 1)
      const hopeless = !passing.has(codeOf(error)) || wait > longestWait || attempt === mostAttempts
      if (hopeless || call.signal.aborted) throw error
      await pause(wait, call)
    }
  }
}

/** Ends early, and says nothing of it, when the signal is aborted: the next attempt does. */
async function pause(milliseconds: number, { signal }: Call): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  const timer = setTimeout(end, milliseconds)
  signal.addEventListener('abort', end, { once: true })
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
}
