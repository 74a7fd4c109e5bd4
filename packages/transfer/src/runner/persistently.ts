import { setTimeout as sleep } from 'node:timers/promises'

import { isGantryError, retryDelay } from '@gantry/core'

import type { Watchdog, Watched } from './watchdog.ts'

const attempts = 6
/** Bytes that were wrong twice are wrong where they are kept. */
const attemptsAtIntegrity = 2

/** Does again what only reads, a few times, when it failed in a way that may pass; and ends it when it hangs. */
export async function persistently<Value>(
  watchdog: Watchdog,
  signal: AbortSignal,
  work: (watched: Watched) => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    const watched = watchdog.watch(signal)
    try {
      return await watched.over(work(watched))
    } catch (thrown) {
      const error = watched.stalled ?? thrown
      if (signal.aborted || !isGantryError(error) || !error.retryable) throw error
      const { code, retryAfter } = error
      if (attempt >= (code === 'integrity' ? attemptsAtIntegrity : attempts)) throw error
      const timing = { immediate: code === 'unavailable', ...(retryAfter !== undefined && { retryAfter }) }
      await sleep(retryDelay(attempt + 1, Math.random(), timing), undefined, { signal })
    } finally {
      watched.close()
    }
  }
}
