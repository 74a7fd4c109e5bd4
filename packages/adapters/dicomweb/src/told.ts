import { type Call, GantryError, isGantryError } from '@gantry/core/driver'
import { codeOfConnectionError } from '@gantry/http'

/** What failed, as an error with a code: callers of the client have no store that would see to it. */
export function told(error: unknown, { signal }: Call): GantryError {
  if (signal.aborted) return new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
  if (isGantryError(error)) return error
  const code = codeOfConnectionError(error) ?? 'internal'
  const message =
    code === 'internal'
      ? 'An unexpected error: please report it with its cause.'
      : 'The DICOMweb service could not be reached, or hung up: try again.'
  return new GantryError(code, message, { cause: error })
}

/** The same chunks, whose failures are told. */
export function tellingBody(body: AsyncIterableIterator<Uint8Array>, call: Call): AsyncIterableIterator<Uint8Array> {
  const same: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => same,
    async next() {
      try {
        return await body.next()
      } catch (error) {
        throw told(error, call)
      }
    },
    async return() {
      await body.return?.()
      return { done: true, value: undefined }
    },
  }
  return same
}
