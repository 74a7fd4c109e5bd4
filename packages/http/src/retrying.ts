import { isGantryError, retryingBy, type Signal } from '@gantry/core/driver'

import { codeOfConnectionError } from './connection-errors.ts'

const retryAfterOf = (error: unknown) => (isGantryError(error) ? error.retryAfter : undefined)

/** Tries again what changes nothing and is one of many, such as a page of a list. */
export const retrying = retryingBy({ codeOf: codeOfConnectionError, retryAfterOf, sleep, random: Math.random })

async function sleep(milliseconds: number, signal: Signal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = () => resolve()
  const timer = setTimeout(end, milliseconds)
  signal.addEventListener('abort', end, { once: true })
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', end)
}
