import { GantryError, isGantryError } from '@gantry/core'

/** What is not Gantry's own is a defect of a store that was handed in. */
export function toGantryError(error: unknown): GantryError {
  if (isGantryError(error)) return error
  return new GantryError('internal', 'An unexpected error: please report it.', { cause: error })
}
