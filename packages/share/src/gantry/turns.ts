import type { Signal } from '@gantry/core'

import { unlessAborted } from '../formats/input/read-bytes.ts'

/** One after the other: of two calls that want the same uploaded, the second one finds it there. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  async take<Value>(signal: Signal | undefined, work: () => Promise<Value>): Promise<Value> {
    const before = this.#last
    const over = Promise.withResolvers<void>()
    this.#last = before.then(() => over.promise)
    try {
      await (signal === undefined ? before : unlessAborted(before, signal))
      return await work()
    } finally {
      over.resolve()
    }
  }
}
