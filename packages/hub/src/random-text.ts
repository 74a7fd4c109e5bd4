/** Random bytes; must be good enough for keys. */
export type Random = (length: number) => Uint8Array

export const webRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length))

export function randomHex(random: Random, bytes: number): string {
  return hex(random(bytes))
}

/** Of a text, in hexadecimal: what is looked up by it tells nothing by the time that it takes. */
export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
