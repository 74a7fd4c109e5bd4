import { Refusal } from '@gantry/core'

import { reasons } from './outcome.ts'
import { Unfit } from './unfit.ts'

/** So much is held of every instance that is being stored, and counts for nothing: headers are seldom longer. */
const ordinary = 256 * 1024

/** The requests that store need more memory than there is for them now: the same one may succeed later. */
export class Busy extends Refusal {
  constructor() {
    super('unavailable', 'Too many long headers are being stored: send it again.', { headers: { 'Retry-After': '5' } })
  }
}

/**
 * Memory for the beginnings of instances, which are held until it is known which image they are of. Senders decide how long
 * that takes, and how much it is: all of them together get no more than `limit` bytes.
 */
export class HeaderRoom {
  readonly #limit: number
  #held = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** For one instance that held `before` bytes and shall hold `after`. */
  change(before: number, after: number): void {
    const [given, taken] = [Math.max(0, before - ordinary), Math.max(0, after - ordinary)]
    if (taken > this.#limit) throw new Unfit(reasons.outOfResources, 'The header is longer than this server takes.')
    if (taken > given && this.#held - given + taken > this.#limit) throw new Busy()
    this.#held += taken - given
  }
}
