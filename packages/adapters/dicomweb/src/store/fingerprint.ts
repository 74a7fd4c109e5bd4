/** Of a DICOM file, what services write anew: nothing in it is part of the image (PS3.10 7.1). */
const preamble = 128

/**
 * Tells by 64 bits and the length whether what a service keeps is what was sent to it, without keeping either. Against
 * accidents: who wants to be fooled can be. The preamble does not count, because services blank it.
 */
export class Fingerprint {
  #first = 0x1eadbeef
  #second = 0x21c6ce57
  #length = 0
  /** Bytes that are no whole word yet. */
  readonly #rest = new Uint8Array(4)

  update(chunk: Uint8Array): void {
    const { length } = chunk
    let index = Math.max(0, Math.min(length, preamble - this.#length))
    let at = this.#length + index
    // Words are of the file, wherever its chunks end.
    while (index < length && (at & 3) !== 0) {
      this.#rest[at & 3] = chunk[index] as number
      index += 1
      at += 1
      if ((at & 3) === 0) this.#words(this.#rest, 0, 4)
    }
    const whole = index + ((length - index) & ~3)
    if (at >= preamble) this.#words(chunk, index, whole)
    for (let rest = 0; whole + rest < length; rest += 1) this.#rest[rest] = chunk[whole + rest] as number
    this.#length += length
  }

  get value(): string {
    const last = Array.from(this.#rest.subarray(0, this.#length <= preamble ? 0 : this.#length & 3))
    return [this.#length, this.#first >>> 0, this.#second >>> 0, ...last].join('.')
  }

  #words(bytes: Uint8Array, from: number, to: number): void {
    let first = this.#first
    let second = this.#second
    for (let index = from; index < to; index += 4) {
      const word =
        (bytes[index] as number) |
        ((bytes[index + 1] as number) << 8) |
        ((bytes[index + 2] as number) << 16) |
        ((bytes[index + 3] as number) << 24)
      first = Math.imul(first ^ word, 0x1e3779b1)
      first ^= first >>> 15
      second = Math.imul(second ^ word, 0x5f356495)
      second ^= second >>> 13
    }
    this.#first = first
    this.#second = second
  }
}
