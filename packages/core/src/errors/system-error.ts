import type { ErrorCode } from './error-code.ts'

const codes: { readonly [code: string]: ErrorCode } = {
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
  ERR_SOCKET_CLOSED: 'unavailable',
  ERR_STREAM_DESTROYED: 'unavailable',
  ERR_STREAM_PREMATURE_CLOSE: 'unavailable',
  ETIMEDOUT: 'timeout',
}

/**
 * What the `code` of an error of sockets, name lookups or TLS means, for adapters that speak over a network; `undefined`
 * for any other error.
 */
export function codeOfSystemError(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  const { code } = error
  if (Object.hasOwn(codes, code)) return codes[code]
  // Of TLS: the other side speaks something else.
  return code.startsWith('ERR_SSL_') ? 'unavailable' : undefined
}
