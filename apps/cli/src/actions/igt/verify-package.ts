import { createHash, createPublicKey, timingSafeEqual, verify } from 'node:crypto'

import { GantryError } from '@gantry/core'
import * as z from 'zod'

/** Keys of a registry, as it publishes them. */
export const keysSchema = z.looseObject({
  keys: z.array(z.looseObject({ keyid: z.string(), key: z.string(), expires: z.string().nullish() })),
})
type Key = z.output<typeof keysSchema>['keys'][number]

export interface SignedPackage {
  readonly name: string
  readonly version: string
  readonly integrity: string
  readonly signatures?: readonly { readonly keyid: string; readonly sig: string }[] | undefined
}

/** What the registry signs is name, version and digest (npm's "ECDSA registry signatures"). */
export function checkSignature(
  { name, version, integrity, signatures = [] }: SignedPackage,
  keys: readonly Key[],
): void {
  const signed = Buffer.from(`${name}@${version}:${integrity}`)
  const holds = signatures.some(({ keyid, sig }) => {
    const key = keys.find((one) => one.keyid === keyid && (one.expires == null || Date.parse(one.expires) > Date.now()))
    if (key === undefined) return false
    try {
      const publicKey = createPublicKey({ key: Buffer.from(key.key, 'base64'), format: 'der', type: 'spki' })
      return verify('sha256', signed, publicKey, Buffer.from(sig, 'base64'))
    } catch {
      return false
    }
  })
  if (!holds) throw unverified('no key of the registry has signed it')
}

/** Subresource integrity; weaker digests than SHA-512 do not count. */
export function checkIntegrity(bytes: Uint8Array, integrity: string): void {
  const [, digest] = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)(?:\s|$)/u.exec(integrity) ?? []
  const actual = createHash('sha512').update(bytes).digest()
  if (digest === undefined || !timingSafeEqual(actual, Buffer.from(digest, 'base64'))) {
    throw unverified('its bytes are not those that were signed')
  }
}

export function unverified(why: string, cause?: unknown): GantryError {
  return new GantryError('integrity', `The package cannot be verified, ${why}: nothing was installed.`, {
    retryable: false,
    cause,
  })
}
