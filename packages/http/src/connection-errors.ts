import { codeOfSystemError, type ErrorCode, isGantryError } from '@gantry/core/driver'

import { isOfCertificate } from './host-errors.ts'

/** What an error of a connection means; refusals of the service are `GantryError`s already. */
export function codeOfConnectionError(error: unknown): ErrorCode | undefined {
  if (isGantryError(error)) return error.code
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return undefined
  // Of TLS: a certificate that is not trusted, or a side that speaks something else. Of HTTP: the same.
  const spoken = code.startsWith('ERR_TLS_') || code.startsWith('HPE_') || isOfCertificate(code)
  return codeOfSystemError(error) ?? (spoken ? 'unavailable' : undefined)
}
