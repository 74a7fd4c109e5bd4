import { type Bytes, GantryError } from '@gantry/core/driver'

import type { BodyPart } from './multipart-body.ts'

interface Handed {
  readonly part: BodyPart
  readonly taken: () => void
  readonly failed: (error: unknown) => void
}

/** Nobody reads on, and why is for whoever knows what became of the request. */
export class Unread extends GantryError {
  constructor() {
    super('unavailable', 'The DICOMweb service stopped taking what was sent: try again.')
  }
}

/**
 * Hands bodies to a request that is being sent, one after another: `put` resolves when the request has taken the last
 * chunk, because chunks are only lent. Whoever reads sees an end when there is one, and not before.
 */
export class PartChannel implements AsyncIterable<BodyPart> {
  #waiting: Handed | undefined
  /** Being read. */
  #current: Handed | undefined
  #wake: (() => void) | undefined
  #ended = false
  #closed: { readonly error: unknown } | undefined

  async put(part: BodyPart): Promise<void> {
    if (this.#closed !== undefined) throw this.#closed.error
    await new Promise<void>((resolve, reject) => {
      this.#waiting = { part, taken: resolve, failed: reject }
      this.#wake?.()
    })
  }

  /** There are no more. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** Nobody reads on: whoever hands something over fails. */
  close(error: unknown): void {
    this.#closed ??= { error }
    for (const handed of [this.#current, this.#waiting]) handed?.failed(this.#closed.error)
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BodyPart, void, undefined> {
    try {
      for (;;) {
        const next = await this.#next()
        if (next === undefined) return
        yield { ...next.part, bytes: told(next) }
      }
    } finally {
      this.close(new Unread())
    }
  }

  async #next(): Promise<Handed | undefined> {
    while (this.#waiting === undefined && !this.#ended && this.#closed === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wake = undefined
    }
    if (this.#closed !== undefined) throw this.#closed.error
    this.#current = this.#waiting
    this.#waiting = undefined
    return this.#current
  }
}

/** The same chunks; whoever handed them over learns that they were taken, or what they failed with. */
async function* told({ part, taken, failed }: Handed): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const bytes: Bytes = part.bytes
    yield* bytes
    taken()
  } catch (error) {
    failed(error)
    throw error
  }
}
