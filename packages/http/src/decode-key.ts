// What stands first may look like a mark of the byte order, and is part of the name.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * A key from an answer with `encoding-type=url`, in which a space may be a plus. What is not UTF-8, which S3 does not allow, is
 * shown as far as it can be.
 */
export function decodeKey(encoded: string): string {
  return encoded.replaceAll('+', ' ').replaceAll(/(?:%[\da-f]{2})+/giu, (run) => {
    const bytes = run.slice(1).split('%')
    return utf8.decode(Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16)))
  })
}
