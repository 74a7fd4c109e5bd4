import { retryingBy } from '@gantry/core/driver'
import { sleep } from '@gantry/http'

import { codeOf, retryAfterOf } from '../error-codes.ts'

/** Tries again what changes nothing the second time, and has nobody else who would: a page of a list, HEAD, DELETE. */
export const retrying = retryingBy({ codeOf, retryAfterOf, sleep, random: Math.random })
