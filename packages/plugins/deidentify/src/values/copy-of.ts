/** `slice` of what may be a `Buffer` of Node, which copies nothing. */
export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
