/** Of a DICOM file, what services write anew: nothing in it is part of the image (PS3.10 7.1). */
const preamble = 128

/**
 * Tells by 64 bits and the length whether what a service keeps is what was sent to it, without keeping either. Against
 * accidents: who wants to be fooled can be. The preamble does not count, because services blank it.
 */
export class Fingerprint {
  #first = 0xdeadbeef
  #second = 0x41c6ce57
  #length = 0

  update(chunk: Uint8Array): void {
    let [first, second] = [this.#first, this.#second]
    for (let index = Math.max(0, preamble - this.#length); index < chunk.length; index += 1) {
      const byte = chunk[index] as number
      first = Math.imul(first ^ byte, 0x9e3779b1)
      second = Math.imul(second ^ byte, 0x5f356495)
      first ^= first >>> 15
      second ^= second >>> 13
    }
    this.#first = first
    this.#second = second
    this.#length += chunk.length
  }

  get value(): string {
    return [this.#length, this.#first >>> 0, this.#second >>> 0].join('.')
  }
}
