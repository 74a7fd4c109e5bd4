import { codeOfSystemError, type ErrorCode, isGantryError } from '@gantry/core/driver'

/** What an error of a connection means; refusals of the service are `GantryError`s already. */
export function codeOfConnectionError(error: unknown): ErrorCode | undefined {
  if (isGantryError(error)) return error.code
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return undefined
  // Of TLS: a certificate that is not trusted, or a side that speaks something else. Of HTTP: the same.
  const spoken = code.startsWith('ERR_TLS_') || code.startsWith('HPE_') || certificate.test(code)
  return codeOfSystemError(error) ?? (spoken ? 'unavailable' : undefined)
}

/** X.509 errors of OpenSSL, as Node names them. */
const certificate = /CERT|SIGNATURE|UNABLE_TO/u
