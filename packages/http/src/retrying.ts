import { isGantryError, retryingBy } from '@gantry/core/driver'

import { codeOfConnectionError } from './connection-errors.ts'
import { sleep } from './sleep.ts'

const retryAfterOf = (error: unknown) => (isGantryError(error) ? error.retryAfter : undefined)

/** Tries again what changes nothing and is one of many, such as a page of a list. */
export const retrying = retryingBy({ codeOf: codeOfConnectionError, retryAfterOf, sleep, random: Math.random })
