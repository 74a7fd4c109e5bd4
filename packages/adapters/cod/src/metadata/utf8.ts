const decoder = new TextDecoder('utf-8', { fatal: true })

/** `SyntaxError` for bytes that are no text. */
export function decodeStrictly(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new SyntaxError('The text is not UTF-8.')
  }
}
