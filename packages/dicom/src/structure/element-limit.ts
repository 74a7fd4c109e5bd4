import { malformed } from '../errors.ts'

/** More than any real image has; what has more is an attack on memory. */
const mostElements = 1_000_000

/** Counts the items and elements in the sequences of one header, and throws `invalid` when there are too many. */
export class ElementLimit {
  readonly #most: number
  #count = 0

  /** `most`: in all levels together. Default: 1,000,000. */
  constructor(most: number = mostElements) {
    this.#most = most
  }

  get isExceeded(): boolean {
    return this.#count > this.#most
  }

  readonly count = (): void => {
    this.#count += 1
    if (this.isExceeded) throw malformed(`its sequences hold more than ${this.#most} items and elements`)
  }
}
