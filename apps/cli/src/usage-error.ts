/** What was asked for makes no sense as it is: the message says what would. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What is wrong with a place or a server as it was written is wrong with the command. */
export function asUsage(error: unknown): unknown {
  // As core's own, which is not loaded for an error in an option.
  const isInvalid =
    error instanceof Error && error.name === 'GantryError' && 'code' in error && error.code === 'invalid'
  return isInvalid ? new UsageError(error.message, { cause: error }) : error
}
