import { type ErrorCode, isGantryError } from '@gantry/core'

/** What an error means to a job; what is not Gantry's own is a defect. */
export function codeOf(error: unknown): ErrorCode {
  return isGantryError(error) ? error.code : 'internal'
}

/** For people; free of paths and secrets, as all messages of `GantryError` are. */
export function messageOf(error: unknown): string {
  if (isGantryError(error)) return error.message
  return 'An unexpected error: please report it.'
}
