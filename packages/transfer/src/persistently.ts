import { GantryError, isGantryError, retryDelay } from '@gantry/core'

const attempts = 6
/** Bytes that were wrong twice are wrong where they are kept. */
const attemptsAtIntegrity = 2

/**
 * How long to wait before `attempt` is made again after `error`, in milliseconds; `undefined` when that is of no use.
 * `attempt` counts from 1 the one that failed.
 */
export function delayAfter(error: unknown, attempt: number): number | undefined {
  if (!isGantryError(error) || !error.retryable) return undefined
  const { code, retryAfter } = error
  if (attempt >= (code === 'integrity' ? attemptsAtIntegrity : attempts)) return undefined
  const asked = retryAfter === undefined ? {} : { retryAfter }
  return retryDelay(attempt + 1, Math.random(), { immediate: code === 'unavailable', ...asked })
}

/** Does again what only reads, a few times, when it failed in a way that may pass. */
export async function persistently<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const delay = signal.aborted ? undefined : delayAfter(error, attempt)
      if (delay === undefined) throw error
      await sleep(delay, signal)
    }
  }
}

export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(new GantryError('cancelled', 'Stopped on request.'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
