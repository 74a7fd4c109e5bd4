import type { ErrorCode } from '@gantry/core/driver'

const codes: { readonly [name: string]: ErrorCode } = {
  NotFoundError: 'not_found',
  // A file where a folder should be, or the other way round.
  TypeMismatchError: 'invalid',
  NotAllowedError: 'permission_denied',
  SecurityError: 'permission_denied',
  QuotaExceededError: 'read_only',
  // Somebody else holds the file, or changed it while it was read.
  NoModificationAllowedError: 'unavailable',
  InvalidStateError: 'unavailable',
  NotReadableError: 'unavailable',
  AbortError: 'unavailable',
}

/** What the name of a `DOMException` means. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const name = nameOfError(error)
  return name !== undefined && Object.hasOwn(codes, name) ? codes[name] : undefined
}

export function nameOfError(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('name' in error)) return undefined
  return typeof error.name === 'string' ? error.name : undefined
}
