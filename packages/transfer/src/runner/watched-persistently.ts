import { persistently } from '../persistently.ts'
import type { Watchdog, Watched } from './watchdog.ts'

/** Does again what only reads, a few times, when it failed in a way that may pass; and ends it when it hangs. */
export async function watchedPersistently<Value>(
  watchdog: Watchdog,
  signal: AbortSignal,
  work: (watched: Watched) => Promise<Value>,
): Promise<Value> {
  return await persistently(signal, async () => await watchdog.guard(signal, work))
}
