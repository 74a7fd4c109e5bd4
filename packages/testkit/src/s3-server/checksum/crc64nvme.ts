/**
 * CRC-64/NVME (NVM Express, the checksum S3 prefers), reflected: one table for each of the eight bytes taken at once.
 * A 64-bit value is two 32-bit halves here, because BigInt arithmetic is some hundred times slower.
 */
const polynomialHigh = 0x9a6c9329
const polynomialLow = 0xac4bc9b5
const slices = 8

const highs = new Int32Array(256 * slices)
const lows = new Int32Array(256 * slices)
for (let byte = 0; byte < 256; byte += 1) {
  let high = 0
  let low = byte
  for (let bit = 0; bit < 8; bit += 1) {
    const carry = low & 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (carry) {
      low ^= polynomialLow
      high ^= polynomialHigh
    }
  }
  highs[byte] = high
  lows[byte] = low
}
for (let index = 256; index < lows.length; index += 1) {
  const high = highs[index - 256] ?? 0
  const low = lows[index - 256] ?? 0
  const byte = low & 0xff
  lows[index] = ((low >>> 8) | (high << 24)) ^ (lows[byte] ?? 0)
  highs[index] = (high >>> 8) ^ (highs[byte] ?? 0)
}

export interface Crc64 {
  high: number
  low: number
}

/** The CRC of `data` that follows bytes whose CRC is `value`; the empty string's is zero. */
export function crc64nvme(data: Uint8Array, value: Crc64 = { high: 0, low: 0 }): Crc64 {
  const highTable = highs
  const lowTable = lows
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const whole = data.length - (data.length % slices)
  let high = ~value.high
  let low = ~value.low
  let at = 0
  for (; at < whole; at += slices) {
    const first = view.getInt32(at, true) ^ low
    const second = view.getInt32(at + 4, true) ^ high
    const a = 1792 + (first & 0xff)
    const b = 1536 + ((first >>> 8) & 0xff)
    const c = 1280 + ((first >>> 16) & 0xff)
    const d = 1024 + (first >>> 24)
    const e = 768 + (second & 0xff)
    const f = 512 + ((second >>> 8) & 0xff)
    const g = 256 + ((second >>> 16) & 0xff)
    const h = second >>> 24
    low =
      lowTable[a]! ^
      lowTable[b]! ^
      lowTable[c]! ^
      lowTable[d]! ^
      lowTable[e]! ^
      lowTable[f]! ^
      lowTable[g]! ^
      lowTable[h]!
    high =
      highTable[a]! ^
      highTable[b]! ^
      highTable[c]! ^
      highTable[d]! ^
      highTable[e]! ^
      highTable[f]! ^
      highTable[g]! ^
      highTable[h]!
  }
  for (; at < data.length; at += 1) {
    const byte = (low ^ data[at]!) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ lowTable[byte]!
    high = (high >>> 8) ^ highTable[byte]!
  }
  return { high: ~high >>> 0, low: ~low >>> 0 }
}
