import { type ErrorCode, isGantryError } from '@gantry/core'

export type Outcome<T> = { readonly value: T } | { readonly code: ErrorCode }

/** What came of it: the result, or the code of the error. Any error that has none is thrown on: that is a crash. */
export function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() }
  } catch (error) {
    return codeOfError(error)
  }
}

export async function settledOutcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  return await work.then((value) => ({ value }), codeOfError)
}

function codeOfError(error: unknown): { readonly code: ErrorCode } {
  if (!isGantryError(error)) throw error
  return { code: error.code }
}

export function codeOf(work: () => unknown): ErrorCode | undefined {
  const outcome = outcomeOf(work)
  return 'code' in outcome ? outcome.code : undefined
}
