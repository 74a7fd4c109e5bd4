/** So many bytes of memory, for those who come first; more than there are in all is had alone. */
export class Room {
  readonly #bytes: number
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  async within<Value>(bytes: number, work: () => Promise<Value>): Promise<Value> {
    while (this.#taken > 0 && this.#taken + bytes > this.#bytes) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#taken += bytes
    try {
      return await work()
    } finally {
      this.#taken -= bytes
      this.#waiting.shift()?.()
    }
  }
}
