/** Bytes of a base64 text; `undefined` where it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text)
    const bytes = new Uint8Array(binary.length)
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at)
    return bytes
  } catch {
    return undefined
  }
}

/** In pieces: arguments of one call are limited. */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary)
}

/** `Digests` write a CRC-32C in hexadecimal, COD as base64 of four bytes, the highest first. */
export function crcOfBase64(text: string): string | undefined {
  const bytes = fromBase64(text)
  if (bytes?.length !== 4) return undefined
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function crcToBase64(hex: string): string {
  return toBase64(Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16)))
}
