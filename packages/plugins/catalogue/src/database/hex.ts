import { GantryError } from '@gantry/core'

/** The 32 bytes of a SHA-256 in hexadecimal; `invalid` for anything else. */
export function bytesOfSha256(hex: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/u.test(hex)) throw new GantryError('invalid', 'A SHA-256 is 64 hexadecimal digits.')
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
