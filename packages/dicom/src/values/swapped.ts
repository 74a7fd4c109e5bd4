/** A copy with values of `width` bytes in the other byte order; what is left over at the end stays. */
export function swapped(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes)
  for (let start = 0; start + width <= copy.length; start += width) {
    for (let at = 0; at < width; at += 1) copy[start + at] = bytes[start + width - 1 - at] as number
  }
  return copy
}
