/** An unsigned LEB128, and where it ends; what is cut off ends with zeros. */
export function readVarint(bytes: Uint8Array, offset: number) {
  let value = 0
  let end = offset
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[end] ?? 0
    end += 1
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return { value, end }
  }
}
