import { type CallOptions, GantryError, isGantryError, retryDelay } from '@gantry/core'

export interface RepeatedlyOptions extends Pick<CallOptions, 'signal'> {
  /** Times that it is tried; default: 5. */
  readonly attempts?: number | undefined
}

/**
 * Asks again, a few times, when the network failed or a service is busy. For what answers the same when it is asked twice:
 * an answer that was lost may have been a success.
 */
export async function repeatedly<Value>(
  { signal, attempts = 5 }: RepeatedlyOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isGantryError(error) || !error.retryable || attempt >= attempts) throw error
      const { code, retryAfter } = error
      const timing = { immediate: code === 'unavailable', ...(retryAfter !== undefined && { retryAfter }) }
      await pause(retryDelay(attempt + 1, Math.random(), timing), signal)
    }
  }
}

async function pause(milliseconds: number, signal: CallOptions['signal']): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(new GantryError('cancelled', 'Stopped on request.', { cause: signal?.reason }))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    if (signal?.aborted === true) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}
