import { GantryError, isGantryError } from '@gantry/core'

/** Milliseconds that work has, from when it is told to stop, to leave nothing behind. */
const longestGrace = 10_000

/**
 * What comes of work that follows `signal`. Work that goes on as if nobody had told it to stop is left to itself after
 * `stall` milliseconds, and fails with why it was to stop.
 */
export async function orGiveUp<Value>(signal: AbortSignal, stall: number, work: Promise<Value>): Promise<Value> {
  const { promise: left, reject } = Promise.withResolvers<never>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const giveUp = () => {
    const { reason } = signal
    reject(isGantryError(reason) ? reason : new GantryError('cancelled', 'Stopped on request.', { cause: reason }))
  }
  const wait = () => {
    timer = setTimeout(giveUp, Math.min(stall, longestGrace))
  }
  if (signal.aborted) wait()
  else signal.addEventListener('abort', wait, { once: true })
  try {
    return await Promise.race([work, left])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', wait)
  }
}
