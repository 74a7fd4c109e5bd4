import { retryingBy, type Signal } from '@gantry/core/driver'

import { codeOf, retryAfterOf } from '../error-codes.ts'

/** Tries again what changes nothing the second time, and has nobody else who would: a page of a list, HEAD, DELETE. */
export const retrying = retryingBy({ codeOf, retryAfterOf, sleep, random: Math.random })

async function sleep(milliseconds: number, signal: Signal): Promise<void> {
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, milliseconds)
    signal.addEventListener('abort', finish)
  })
}
