/** Milliseconds that a queue has to be told in, by a worker that is stopped. */
export const toldWithin = 3000

/** A queue that is away is waited for, but not by who is to stop: then the lock runs out, and the job is delivered again. */
export async function queueTold(telling: Promise<unknown>, stop: AbortSignal, within = toldWithin): Promise<void> {
  telling.catch(() => {})
  const late = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const soon = () => {
    timer = setTimeout(late.resolve, within).unref()
  }
  if (stop.aborted) soon()
  else stop.addEventListener('abort', soon, { once: true })
  try {
    await Promise.race([telling, late.promise])
  } finally {
    // The signal lives as long as the worker.
    stop.removeEventListener('abort', soon)
    clearTimeout(timer)
  }
}
