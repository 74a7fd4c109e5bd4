import { createPrivateKey, type KeyObject, sign } from 'node:crypto'

import { GantryError } from '@gantry/core/driver'

/** Seconds; what the service's own client asks for. */
const lifetime = 3600

/** A service's word for itself, RS256; exactly the claims that the cloud takes. */
export function signAssertion(key: KeyObject, serviceId: string, audience: string, now: number): string {
  const claims = { aud: [audience], iss: serviceId, sub: serviceId, exp: Math.floor(now / 1000) + lifetime }
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims].map((one) => encode(JSON.stringify(one))).join('.')
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`
}

/** The key of a service: PEM, also in the one line that the cloud gives it in. */
export function readServiceKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(wrapPem(pem))
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // Without its cause, which may quote the key.
  }
  throw new GantryError('invalid', 'The key of the service cannot be used: it has to be an RSA key in PEM.')
}

/** Lines of 64 characters, as PEM has them (RFC 7468 3). */
export function wrapPem(pem: string): string {
  const [, label, body] = /-----BEGIN ([A-Z ]+)-----(.*)-----END \1-----/su.exec(pem) ?? []
  if (label === undefined || body === undefined) return pem
  const lines = body.replaceAll(/\s+/gu, '').match(/.{1,64}/gu) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}
