/** A key from an answer with `encoding-type=url`, in which a space may be a plus. */
export function decodeKey(encoded: string): string {
  const text = encoded.replaceAll('+', ' ')
  try {
    return decodeURIComponent(text)
  } catch {
    // Not UTF-8, which S3 does not allow: shown as far as it can be.
    return Buffer.from(
      text.replace(/%([0-9a-f]{2})/giu, (_, hex: string) => latin1Of(hex)),
      'latin1',
    ).toString()
  }
}

function latin1Of(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16))
}
