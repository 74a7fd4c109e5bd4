import { X509Certificate } from 'node:crypto'
import * as tls from 'node:tls'

import { GantryError } from '@gantry/core/driver'

/**
 * What the option `ca` takes to trust certificates (PEM, one or a bundle of them) beside those that are trusted anyway,
 * `NODE_EXTRA_CA_CERTS` included; the option by itself replaces them.
 */
export function trusting(bundle: string): readonly string[] {
  const found = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? []
  if (found.length === 0 || !found.every(isCertificate)) {
    throw new GantryError('invalid', 'The bundle holds no certificates, or broken ones: it has to be PEM.')
  }
  // Node 22.13 has it not yet.
  const before = tls.getCACertificates?.('default') ?? tls.rootCertificates
  return [...before, ...found]
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}
