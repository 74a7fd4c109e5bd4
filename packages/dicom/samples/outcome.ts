import { type ErrorCode, isGantryError } from '@gantry/core'

/** What came of it: the result, or the code of the error. Any error that has none is thrown on: that is a crash. */
export function outcomeOf<T>(work: () => T): { readonly value: T } | { readonly code: ErrorCode } {
  try {
    return { value: work() }
  } catch (error) {
    if (!isGantryError(error)) throw error
    return { code: error.code }
  }
}

export function codeOf(work: () => unknown): ErrorCode | undefined {
  const outcome = outcomeOf(work)
  return 'code' in outcome ? outcome.code : undefined
}
