import { tooLarge } from '../errors.ts'

/** An element that was read takes some 220 bytes of memory, besides its value: this is what a few hundred megabytes hold. */
const mostHeld = 1_000_000

/** Counts the items and elements of sequences that are held at once, and throws `unsupported` when there are too many. */
export class ElementLimit {
  readonly #most: number
  #held = 0

  /** `most`: in all levels together. Default: 1,000,000. */
  constructor(most: number = mostHeld) {
    this.#most = most
  }

  get isExceeded(): boolean {
    return this.#held > this.#most
  }

  /** What is read one by one, and not kept when the next is asked for: of a long sequence, its longest item counts. */
  *passing<Item>(items: Iterable<Item>): Generator<Item, void, undefined> {
    const before = this.#held
    for (const item of items) {
      yield item
      this.#held = before
    }
  }

  readonly count = (): void => {
    this.#held += 1
    if (this.isExceeded) throw tooLarge(`its sequences hold more than ${this.#most} items and elements`)
  }
}
