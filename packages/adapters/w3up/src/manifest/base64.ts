import { GantryError } from '@gantry/core/driver'

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

/** `integrity` for what is none: `Buffer` passes over what it does not know. */
export function fromBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  if (toBase64(bytes) === text) return bytes
  throw new GantryError('integrity', 'A field of the archive is no base64.', { retryable: false })
}
