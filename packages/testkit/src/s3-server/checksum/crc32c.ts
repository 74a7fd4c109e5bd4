/** CRC-32C (Castagnoli, RFC 3720 appendix B.4), reflected: one table for each of the eight bytes taken at once. */
const polynomial = 0x82f63b78
const slices = 8

const tables = new Int32Array(256 * slices)
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
  tables[byte] = crc
}
for (let index = 256; index < tables.length; index += 1) {
  const before = tables[index - 256] ?? 0
  tables[index] = (before >>> 8) ^ (tables[before & 0xff] ?? 0)
}

/** The CRC-32C of `data` that follows bytes whose CRC-32C is `value`, as an unsigned 32-bit number. */
export function crc32c(data: Uint8Array, value = 0): number {
  const table = tables
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const whole = data.length - (data.length % slices)
  let crc = ~value
  let at = 0
  for (; at < whole; at += slices) {
    const low = view.getInt32(at, true) ^ crc
    const high = view.getInt32(at + 4, true)
    crc =
      table[1792 + (low & 0xff)]! ^
      table[1536 + ((low >>> 8) & 0xff)]! ^
      table[1280 + ((low >>> 16) & 0xff)]! ^
      table[1024 + (low >>> 24)]! ^
      table[768 + (high & 0xff)]! ^
      table[512 + ((high >>> 8) & 0xff)]! ^
      table[256 + ((high >>> 16) & 0xff)]! ^
      table[high >>> 24]!
  }
  for (; at < data.length; at += 1) crc = (crc >>> 8) ^ table[(crc ^ data[at]!) & 0xff]!
  return ~crc >>> 0
}
