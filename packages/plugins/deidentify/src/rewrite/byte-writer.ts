/** Grows as it is written to. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  length = 0

  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.max(1024, expected))
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** What was written; stays valid until more is. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length)
  }

  put(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  uint8(value: number): void {
    this.#reserve(1)
    this.#bytes[this.length++] = value
  }

  uint16(value: number, little: boolean): void {
    this.#reserve(2)
    this.#view.setUint16(this.length, value, little)
    this.length += 2
  }

  uint32(value: number, little: boolean): void {
    this.#reserve(4)
    this.#view.setUint32(this.length, value, little)
    this.length += 4
  }

  /** Over what was written before. */
  patch32(at: number, value: number, little: boolean): void {
    this.#view.setUint32(at, value, little)
  }

  /** Takes back all from `length` on. */
  truncate(length: number): void {
    this.length = length
  }

  #reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    grown.set(this.bytes)
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}
