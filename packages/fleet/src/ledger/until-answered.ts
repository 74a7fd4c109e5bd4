import { setTimeout as sleep } from 'node:timers/promises'

import { isGantryError, retryDelay } from '@gantry/core'

const timing = { base: 200, longest: 5000 }

/**
 * Does it again while a database does not answer: what is known of the work must not be lost because of that, and the
 * work must not be done again. Ends with the signal, or with any other error.
 */
export async function untilAnswered<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'unavailable' || signal?.aborted === true) throw error
      await sleep(retryDelay(Math.min(attempt, 8) + 1, Math.random(), { timing }), undefined, {
        ...(signal !== undefined && { signal }),
      })
    }
  }
}
