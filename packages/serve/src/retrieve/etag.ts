import type { Stored } from '../catalog/catalog.ts'

/**
 * Of the bytes of an instance, or of what is made of them by a rule that `variant` names. `undefined` where the store tells
 * neither version nor time. The store's version is not shown: it may tell of inodes and devices.
 */
export function etagOf(stored: Stored, variant = ''): string | undefined {
  const { version, modified, size } = stored
  if (version === null && modified === null) return undefined
  return `"${hash(`${version}\n${modified}\n${size}\n${stored.uid}`)}${variant}"`
}

/** FNV-1a in two lanes of 32 bits: it tells versions apart, and keeps no secrets. */
function hash(text: string): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ (code + index), 0x5bd1e995)
  }
  return [a, b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('')
}
