import type { Call, ErrorCode, Signal } from '@gantry/core/driver'

import { codeOf, retryAfterOf } from '../error-codes.ts'

/** A stall has cost enough time already: whoever called decides whether to wait again. */
const passing: ReadonlySet<ErrorCode> = new Set(['unavailable', 'rate_limited'])
const mostAttempts = 3
const firstWait = 200
/** A service that asks for more is busy enough for the caller to know of it. */
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
      const code = codeOf(error)
      const wait = retryAfterOf(error) ?? Math.random() * firstWait * 4 ** (attempt - 1)
      const again = code !== undefined && passing.has(code) && wait <= longestWait && attempt < mostAttempts
      if (!again || call.signal.aborted) throw error
      await sleep(wait, call.signal)
    }
  }
}

async function sleep(milliseconds: number, signal: Signal): Promise<void> {
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, milliseconds)
    signal.addEventListener('abort', finish)
  })
}
