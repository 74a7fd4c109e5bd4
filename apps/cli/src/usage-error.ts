/** What was asked for makes no sense as it is: the message says what would. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
