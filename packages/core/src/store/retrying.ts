import type { ErrorCode } from '../errors/error-code.ts'
import type { Call } from './call.ts'
import type { Signal } from './signal.ts'

export interface RetryingPorts {
  readonly codeOf: (error: unknown) => ErrorCode | undefined
  /** Milliseconds that the service asked to wait. */
  readonly retryAfterOf: (error: unknown) => number | undefined
  /** Ends early, and says nothing of it, when the signal is aborted: the next attempt does. */
  readonly sleep: (milliseconds: number, signal: Signal) => Promise<void>
  /** From 0 to 1. */
  readonly random: () => number
}

/** A stall has cost enough time already: whoever called decides whether to wait again. */
const passing: ReadonlySet<ErrorCode | undefined> = new Set(['unavailable', 'rate_limited'] as const)
const mostAttempts = 3
const firstWait = 200
/** A service that asks for more is busy enough for the caller to know of it. */
const longestWait = 5000

/**
 * Makes what tries a call again that changes nothing and is one of many: page 900 of a list must not take the other 899
 * with it. All other calls are tried again by whoever runs the transfer.
 */
export function retryingBy(ports: RetryingPorts): <Value>(call: Call, work: () => Promise<Value>) => Promise<Value> {
  const { codeOf, retryAfterOf, sleep, random } = ports
  return async (call, work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        const wait = retryAfterOf(error) ?? random() * firstWait * 4 ** (attempt - 1)
        const again = passing.has(codeOf(error)) && wait <= longestWait && attempt < mostAttempts
        if (!again || call.signal.aborted) throw error
        await sleep(wait, call.signal)
      }
    }
  }
}
