import type { Signal } from '@gantry/core/driver'

/** Ends early, and says nothing of it, when the signal is aborted. */
export async function sleep(milliseconds: number, signal: Signal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  const timer = setTimeout(end, milliseconds)
  signal.addEventListener('abort', end, { once: true })
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
}
