/** Ids that were seen, a bit each: a million of them take 128 KiB. */
export class IdSet {
  #bits = new Uint8Array(1024)

  add(id: number): void {
    const index = Math.floor(id / 8)
    if (index >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(this.#bits.length * 2, index + 1))
      grown.set(this.#bits)
      this.#bits = grown
    }
    this.#bits[index] = (this.#bits[index] ?? 0) | (1 << (id % 8))
  }

  has(id: number): boolean {
    return ((this.#bits[Math.floor(id / 8)] ?? 0) & (1 << (id % 8))) !== 0
  }
}
