import { nonceSize } from '@gantry/age'
import { GantryError } from '@gantry/core'
import { base64 } from '@scure/base'

/** The nonce that metadata spells in base64; `invalid` unless it is one. */
export function nonceBytes(text: string): Uint8Array {
  const bytes = /^[A-Za-z0-9+/]{21}[AQgw]==$/u.test(text) ? base64.decode(text) : undefined
  if (bytes?.length === nonceSize) return bytes
  throw new GantryError('invalid', 'The nonce of an object is 16 bytes in base64.')
}
