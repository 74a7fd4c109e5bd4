/**
 * CRC-64/NVME, the checksum that AWS gives to every object that comes without one. Eight bytes at a time, by tables;
 * the 64 bits are two halves, because BigInt is two orders of magnitude slower.
 */
const polynomialHigh = 0x9a6c9329
const polynomialLow = 0xac4bc9b5

/** High and low halves, for each of eight positions and 256 bytes. */
const tables: { readonly high: Int32Array; readonly low: Int32Array } = makeTables()

export class Crc64Nvme {
  #high = -1
  #low = -1

  update(bytes: Uint8Array): void {
    const { high: highs, low: lows } = tables
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const whole = bytes.length & ~7
    let high = this.#high
    let low = this.#low
    for (let at = 0; at < whole; at += 8) {
      const a = words.getInt32(at, true) ^ low
      const b = words.getInt32(at + 4, true) ^ high
      const i0 = 1792 | (a & 255)
      const i1 = 1536 | ((a >>> 8) & 255)
      const i2 = 1280 | ((a >>> 16) & 255)
      const i3 = 1024 | (a >>> 24)
      const i4 = 768 | (b & 255)
      const i5 = 512 | ((b >>> 8) & 255)
      const i6 = 256 | ((b >>> 16) & 255)
      const i7 = b >>> 24
      low = lows[i0]! ^ lows[i1]! ^ lows[i2]! ^ lows[i3]! ^ lows[i4]! ^ lows[i5]! ^ lows[i6]! ^ lows[i7]!
      high = highs[i0]! ^ highs[i1]! ^ highs[i2]! ^ highs[i3]! ^ highs[i4]! ^ highs[i5]! ^ highs[i6]! ^ highs[i7]!
    }
    for (let at = whole; at < bytes.length; at += 1) {
      const index = (low ^ bytes[at]!) & 255
      low = ((low >>> 8) | (high << 24)) ^ lows[index]!
      high = (high >>> 8) ^ highs[index]!
    }
    this.#high = high
    this.#low = low
  }

  hex(): string {
    return hexOfHalf(~this.#high) + hexOfHalf(~this.#low)
  }
}

function hexOfHalf(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}

function makeTables(): { high: Int32Array; low: Int32Array } {
  const high = new Int32Array(8 * 256)
  const low = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let h = 0
    let l = byte
    for (let bit = 0; bit < 64; bit += 1) {
      if (bit % 8 === 0 && bit > 0) {
        high[(bit / 8 - 1) * 256 + byte] = h
        low[(bit / 8 - 1) * 256 + byte] = l
      }
      const odd = (l & 1) === 1
      l = (l >>> 1) | (h << 31)
      h >>>= 1
      if (odd) {
        h ^= polynomialHigh
        l ^= polynomialLow
      }
    }
    high[7 * 256 + byte] = h
    low[7 * 256 + byte] = l
  }
  return { high, low }
}
