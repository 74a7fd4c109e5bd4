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

/** Bytes were not what they should be, also where an abort is what the caller was told. */
export function isOfIntegrity(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (isGantryError(one) && one.code === 'integrity') return true
  }
  return false
}
