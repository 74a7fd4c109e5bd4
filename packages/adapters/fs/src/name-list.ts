/**
 * Names in order of their UTF-8 bytes, packed: a million of them take some 20 MB, of which the heap sees nothing, where
 * as many strings take 70 and leave the collector twice as much to clear.
 */
export class NameList {
  #bytes = Buffer.allocUnsafe(4096)
  #used = 0
  #starts = new Uint32Array(64)
  #count = 0

  get length(): number {
    return this.#count
  }

  add(name: string): void {
    // At most three bytes for a unit of UTF-16, and one that ends the name, because no name holds a zero.
    const needed = this.#used + name.length * 3 + 1
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, this.#used))
      this.#bytes = grown
    }
    if (this.#count === this.#starts.length) {
      const grown = new Uint32Array(this.#count * 2)
      grown.set(this.#starts)
      this.#starts = grown
    }
    this.#starts[this.#count] = this.#used
    this.#used += this.#bytes.write(name, this.#used)
    this.#bytes[this.#used] = 0
    this.#used += 1
    this.#count += 1
  }

  /** The name at a place; `undefined` after the last. */
  at(index: number): string | undefined {
    if (index >= this.#count) return undefined
    const start = this.#starts[index] as number
    return this.#bytes.toString('utf8', start, this.#bytes.indexOf(0, start))
  }

  sort(): void {
    const bytes = this.#bytes
    this.#starts.subarray(0, this.#count).sort((left, right) => {
      for (let offset = 0; ; offset += 1) {
        const byte = bytes[left + offset] as number
        const difference = byte - (bytes[right + offset] as number)
        if (difference !== 0) return difference
        if (byte === 0) return 0
      }
    })
  }
}
