import type { ErrorCode } from '@gantry/core/driver'
import * as z from 'zod'

import { codeOfFailureReason } from './failure-reason.ts'

/** What is `null` says no more than what is not there. */
export const elementSchema = z.object({ Value: z.array(z.unknown()).nullish() }).nullish()

/** Of an instance, its Failure Reason; and in Cloud Healthcare's own element a detail, which XML keeps without its block. */
export const failureSchema = z.object({
  '00081197': elementSchema,
  '00091097': elementSchema,
  '00090097': elementSchema,
})

/** `undefined` where no reason is given. */
export function codeOfFailure(failure: z.output<typeof failureSchema>): ErrorCode | undefined {
  // In words, as far as programs must know; never repeated.
  const detail = (failure['00091097'] ?? failure['00090097'])?.Value?.[0]
  if (typeof detail === 'string' && /already exists/iu.test(detail)) return 'already_exists'
  const reason = numberOf(failure['00081197'])
  return reason === undefined ? undefined : codeOfFailureReason(reason)
}

/** Some write numbers as texts; XML does anyway. */
export function numberOf(element: z.output<typeof elementSchema>): number | undefined {
  const [value] = element?.Value ?? []
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d{1,5}$/u.test(value.trim()) ? Number(value) : undefined
}
