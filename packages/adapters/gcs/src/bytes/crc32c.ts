import { crc32c } from '@node-rs/crc32'

/** CRC-32C of `chunk`, which follows bytes whose CRC-32C is `before`. */
export function addToCrc32c(chunk: Uint8Array, before = 0): number {
  return crc32c(bufferOf(chunk), before)
}

/** As entries have it: eight hexadecimal digits. */
export function hexOfCrc(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}

/** As GCS has digests; `undefined` for what is none of that length. */
export function hexOfBase64(text: string | undefined, bytes: number): string | undefined {
  if (text === undefined) return undefined
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === bytes ? decoded.toString('hex') : undefined
}

export function base64OfHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}

function bufferOf(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
