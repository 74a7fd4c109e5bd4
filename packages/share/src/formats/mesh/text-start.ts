/** The bytes as text, or `undefined` where they cannot be one: a NUL, or another control character. */
export function textStart(bytes: Uint8Array): string | undefined {
  for (const byte of bytes) {
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return undefined
  }
  return new TextDecoder().decode(bytes).replace(/^\uFEFF/u, '')
}

/** The patient axes that a comment names, as 3D Slicer writes them. */
export function spaceOf(text: string): { space?: 'LPS' | 'RAS' } {
  const space = /\bSPACE=(LPS|RAS)\b/u.exec(text)?.[1]
  return space === 'LPS' || space === 'RAS' ? { space } : {}
}
