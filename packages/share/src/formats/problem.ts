import { type ErrorCode, isGantryError } from '@gantry/core'

/** What went wrong with one file of a load. The message holds no name: that is in `name`, for those who may see it. */
export interface LoadProblem {
  readonly name: string
  readonly code: ErrorCode
  readonly message: string
}

/** An error as a problem of one file; a cancelled call is none, and is thrown on. */
export function toProblem(name: string, error: unknown): LoadProblem {
  if (!isGantryError(error)) return { name, code: 'internal', message: 'The file could not be read.' }
  if (error.code === 'cancelled') throw error
  return { name, code: error.code, message: error.message }
}
