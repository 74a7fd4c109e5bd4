import { type ErrorCode, isGantryError } from '@gantry/core/driver'

/** Errors of sockets, name lookups and TLS. */
const bySystemCode: { readonly [code: string]: ErrorCode } = {
  EAI_AGAIN: 'unavailable',
  ECONNABORTED: 'unavailable',
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  EMFILE: 'unavailable',
  ENETDOWN: 'unavailable',
  ENETUNREACH: 'unavailable',
  ENOTCONN: 'unavailable',
  ENOTFOUND: 'unavailable',
  EPIPE: 'unavailable',
  EPROTO: 'unavailable',
  ERR_STREAM_DESTROYED: 'unavailable',
  ERR_STREAM_PREMATURE_CLOSE: 'unavailable',
  ETIMEDOUT: 'timeout',
}

/** What an error of a connection means; refusals of the hub are `GantryError`s already. */
export function codeOf(error: unknown): ErrorCode | undefined {
  if (isGantryError(error)) return error.code
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return undefined
  // Of TLS: a certificate that is not trusted, or a side that speaks something else. Of HTTP: the same.
  const spoken = code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_') || code.startsWith('HPE_')
  return bySystemCode[code] ?? (spoken || certificate.test(code) ? 'unavailable' : undefined)
}

/** X.509 errors of OpenSSL, as Node names them. */
const certificate = /CERT|SIGNATURE|UNABLE_TO/u
