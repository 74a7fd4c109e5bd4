import { GantryError } from '@gantry/core/driver'
import type { HubKeyFile } from '@gantry/core/hub'

/** Seconds that an assertion lives: enough for a slow network, and little for a thief. */
const lifetime = 120

type Algorithm = HubKeyFile['key']['alg']

/** How WebCrypto names what JOSE calls `alg` (RFC 7518 3.1, RFC 8037 3.1). */
const algorithms = {
  EdDSA: { import: { name: 'Ed25519' }, sign: { name: 'Ed25519' } },
  ES256: { import: { name: 'ECDSA', namedCurve: 'P-256' }, sign: { name: 'ECDSA', hash: 'SHA-256' } },
  RS256: { import: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, sign: { name: 'RSASSA-PKCS1-v1_5' } },
} as const satisfies { readonly [Name in Algorithm]: unknown }

/** What makes the key, and none of what says how it may be used: WebCrypto would hold that against `sign`. */
const fields = ['kty', 'crv', 'x', 'y', 'd', 'n', 'e', 'p', 'q', 'dp', 'dq', 'qi'] as const

/** Claims of an assertion (RFC 7523 3): that the account itself asks for a token, once, now. */
export async function signAssertion(file: HubKeyFile, audience: string, now: number): Promise<string> {
  const { account, key } = file
  const { alg, kid } = key
  const issued = Math.floor(now / 1000)
  const claims = {
    iss: account,
    sub: account,
    aud: audience,
    iat: issued,
    exp: issued + lifetime,
    jti: base64url(crypto.getRandomValues(new Uint8Array(16))),
  }
  const signed = `${encode({ alg, kid, typ: 'JWT' })}.${encode(claims)}`
  const data = new TextEncoder().encode(signed)
  const signature = await crypto.subtle.sign(algorithms[alg].sign, await importKey(file), data)
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

async function importKey({ key }: HubKeyFile) {
  const jwk = Object.fromEntries(fields.flatMap((name) => (typeof key[name] === 'string' ? [[name, key[name]]] : [])))
  try {
    return await crypto.subtle.importKey('jwk', jwk, algorithms[key.alg].import, false, ['sign'])
  } catch {
    // Without its cause, which may quote the key.
    throw new GantryError('invalid', 'The key of the account cannot be used: get a new key file from the hub.')
  }
}

function encode(value: object): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)))
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/u, '')
}
