/**
 * Deflate (RFC 1951) with fixed codes and one candidate a match, instead of zlib: what zlib makes of the same bytes
 * depends on its version and on the processor, and files made here must be the same everywhere.
 */
export function deflate(data: Uint8Array): Uint8Array {
  const out = new BitWriter(data.length + (data.length >>> 3) + 16)
  out.put(0b011, 3) // the last block, with fixed codes
  const latest = new Int32Array(1 << 15).fill(-window - 1)
  let at = 0
  while (at < data.length) {
    const key = at + 2 < data.length ? hashAt(data, at) : 0
    const candidate = latest[key] as number
    if (at + 2 < data.length) latest[key] = at
    const length = at - candidate <= window ? matchLength(data, candidate, at) : 0
    if (length < 3) {
      putSymbol(out, data[at] as number)
      at += 1
    } else {
      putMatch(out, length, at - candidate)
      at += length
    }
  }
  putSymbol(out, 256)
  return out.finish()
}

const window = 32_768
const longest = 258

function hashAt(data: Uint8Array, at: number): number {
  const three = ((data[at] as number) << 16) | ((data[at + 1] as number) << 8) | (data[at + 2] as number)
  return Math.imul(three, 0x9e3779b1) >>> 17
}

function matchLength(data: Uint8Array, candidate: number, at: number): number {
  const most = Math.min(longest, data.length - at)
  let length = 0
  while (length < most && data[candidate + length] === data[at + length]) length += 1
  return length
}

/** RFC 1951 3.2.6. */
function putSymbol(out: BitWriter, symbol: number): void {
  if (symbol < 144) out.putCode(0x30 + symbol, 8)
  else if (symbol < 256) out.putCode(0x190 + symbol - 144, 9)
  else if (symbol < 280) out.putCode(symbol - 256, 7)
  else out.putCode(0xc0 + symbol - 280, 8)
}

/** RFC 1951 3.2.5: codes of lengths and distances grow by bits of their own; the rest goes as extra bits. */
function putMatch(out: BitWriter, length: number, distance: number): void {
  if (length === longest) putSymbol(out, 285)
  else putGrowing(out, length - 3, 2, (code) => putSymbol(out, 257 + code))
  putGrowing(out, distance - 1, 1, (code) => out.putCode(code, 5))
}

function putGrowing(out: BitWriter, value: number, detail: number, putCode: (code: number) => void): void {
  const extra = Math.max(0, 31 - Math.clz32(value | 1) - detail)
  putCode((extra << detail) + (value >>> extra))
  out.put(value & ((1 << extra) - 1), extra)
}

class BitWriter {
  readonly #bytes: Uint8Array
  #length = 0
  #pending = 0
  #count = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
  }

  /** Least significant bit first; 16 bits at the most. */
  put(bits: number, count: number): void {
    this.#pending |= bits << this.#count
    this.#count += count
    while (this.#count >= 8) {
      this.#bytes[this.#length++] = this.#pending & 0xff
      this.#pending >>>= 8
      this.#count -= 8
    }
  }

  /** Most significant bit first, as Huffman codes are. */
  putCode(code: number, count: number): void {
    let reversed = 0
    for (let bit = 0; bit < count; bit += 1) reversed |= ((code >>> bit) & 1) << (count - 1 - bit)
    this.put(reversed, count)
  }

  finish(): Uint8Array {
    if (this.#count > 0) this.#bytes[this.#length++] = this.#pending & 0xff
    return this.#bytes.subarray(0, this.#length)
  }
}
