import { createHmac, createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto'

import type { HubKeyFile } from '@gantry/core/hub'

/** What an assertion says of itself. */
interface Spoilt {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** Default: the account's key. */
  readonly signature?: (data: string) => Buffer
}

/** An assertion as the client makes it (RFC 7523), but for what is spoilt. */
export function forgeAssertion({ account, hub, key }: HubKeyFile, spoilt: Spoilt = {}): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: account, sub: account, aud: `${hub}/token`, iat: now, exp: now + 120, jti: randomUUID() }
  const header = { alg: key.alg, kid: key.kid, typ: 'JWT', ...spoilt.header }
  const privateKey = createPrivateKey({ key: { ...key } as never, format: 'jwk' })
  return forge(header, { ...claims, ...spoilt.claims }, spoilt.signature ?? signedBy(privateKey))
}

/** Any JSON Web Token. */
export function forge(header: object, claims: object, signature: (data: string) => Buffer): string {
  const data = `${encode(header)}.${encode(claims)}`
  return `${data}.${signature(data).toString('base64url')}`
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
}

export function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>
}

/** Ed25519. */
export function signedBy(key: KeyObject): (data: string) => Buffer {
  return (data) => sign(null, Buffer.from(data), key)
}

export function hmacWith(secret: string | Buffer): (data: string) => Buffer {
  return (data) => createHmac('sha256', secret).update(data).digest()
}

export const unsigned = (): Buffer => Buffer.alloc(0)

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
