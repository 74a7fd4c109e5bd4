import { GantryError } from '@gantry/core/driver'

/** Whether a code is of a certificate that nobody vouches for, or that is another host's (OpenSSL's names, and Node's). */
export function isOfCertificate(code: string): boolean {
  return certificate.test(code)
}

const certificate =
  /^(?:CERT_|CRL_|ERROR_IN_C|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME)/u

/** A certificate that is not trusted in words of its own: that is so the next time too. Any other error as it is. */
export function sayingCertificate<Thrown>(error: Thrown): Thrown | GantryError {
  if (!(error instanceof Error) || !('code' in error)) return error
  if (typeof error.code !== 'string' || !isOfCertificate(error.code)) return error
  const message =
    "The server's certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS, by an option ca, or on the command line by --ca FILE."
  return new GantryError('unavailable', message, { cause: error, retryable: false })
}

/** The same, and a name that nobody knows, and a port where nothing listens. */
export function sayingHost<Thrown>(error: Thrown): Thrown | GantryError {
  if (!(error instanceof Error) || !('code' in error)) return error
  const { code, hostname } = error as Error & { code?: unknown; hostname?: unknown }
  if (code === 'ENOTFOUND' && typeof hostname === 'string') {
    return new GantryError('unavailable', `${hostname} is not a known host.`, { cause: error })
  }
  // Of a name with several addresses, all were tried.
  const [first = error] = error instanceof AggregateError ? (error.errors as unknown[]) : []
  const { address, port } = first as { address?: unknown; port?: unknown }
  if (code !== 'ECONNREFUSED' || typeof address !== 'string') return sayingCertificate(error)
  const where = address.includes(':') ? `[${address}]` : address
  return new GantryError('unavailable', `Nothing listens at ${where}:${String(port)}.`, { cause: error })
}
