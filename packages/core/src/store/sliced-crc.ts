/** The CRC of bytes that follow others, whose own is `before`. */
export type Crc = (bytes: Uint8Array, before?: number) => number

/**
 * A reflected CRC of 32 bits by its polynomial (`0xedb88320`: CRC-32 of IEEE 802.3; `0x82f63b78`: CRC-32C), for places
 * where the platform offers none: eight bytes a step ("slicing by 8", Kounavis and Berry 2005).
 */
export function slicedCrc(polynomial: number): Crc {
  // Eight tables of 256: the CRC of a byte with 0 to 7 zero bytes behind it.
  const tables = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (-(crc & 1) & polynomial)
    tables[byte] = crc
  }
  for (let index = 256; index < tables.length; index += 1) {
    const crc = tables[index - 256] as number
    tables[index] = (crc >>> 8) ^ (tables[crc & 0xff] as number)
  }
  const table = (which: number, byte: number) => tables[which * 256 + byte] as number

  return (bytes, before = 0) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let crc = ~before
    let at = 0
    for (; at + 8 <= bytes.length; at += 8) {
      const low = crc ^ view.getInt32(at, true)
      const high = view.getInt32(at + 4, true)
      crc =
        table(7, low & 0xff) ^
        table(6, (low >>> 8) & 0xff) ^
        table(5, (low >>> 16) & 0xff) ^
        table(4, low >>> 24) ^
        table(3, high & 0xff) ^
        table(2, (high >>> 8) & 0xff) ^
        table(1, (high >>> 16) & 0xff) ^
        table(0, high >>> 24)
    }
    for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ table(0, (crc ^ (bytes[at] as number)) & 0xff)
    return ~crc >>> 0
  }
}
