import { isGantryError, retryingBy, type Signal } from '@gantry/core/driver'

import { codeOf } from '../error-codes.ts'

const retryAfterOf = (error: unknown) => (isGantryError(error) ? error.retryAfter : undefined)

/** Tries a page of a list again. */
export const retrying = retryingBy({ codeOf, retryAfterOf, sleep, random: Math.random })

async function sleep(milliseconds: number, signal: Signal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  const timer = setTimeout(end, milliseconds)
  signal.addEventListener('abort', end, { once: true })
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
}
