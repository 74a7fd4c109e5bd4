import { type Discovered, isGantryError } from '@gantry/core'

/** What lies below a URL; `undefined` for one that names a store. */
export type Discovering = (url: string) => AsyncIterable<Discovered> | undefined

interface WalkOptions {
  readonly recursive: boolean
  readonly signal: AbortSignal
}

/** Places of one parent that are looked into ahead of time. */
const ahead = 8

/**
 * What lies below a URL, and with `recursive` below that, each after its parent. One that refuses is told with its
 * error, and the others are told all the same; only when nothing was told at all, the error is that of the whole.
 */
export async function* walkPlaces(
  discover: Discovering,
  url: string,
  options: WalkOptions,
): AsyncGenerator<Discovered, void, undefined> {
  const places = discover(url)
  if (places === undefined) return
  if (!options.recursive) {
    yield* places
    return
  }
  const waiting: Walk[] = []
  try {
    for await (const place of places) {
      waiting.push(new Walk(place, discover, options))
      if (waiting.length >= ahead) yield* (waiting.shift() as Walk).run()
    }
    while (waiting.length > 0) yield* (waiting.shift() as Walk).run()
  } finally {
    for (const walk of waiting) walk.stop()
  }
}

/** A place and what lies below it, of which the first is asked for at once. */
class Walk {
  readonly #place: Discovered
  readonly #below: AsyncGenerator<Discovered, void, undefined> | undefined
  readonly #first: Promise<IteratorResult<Discovered, void>> | undefined
  readonly #signal: AbortSignal

  constructor(place: Discovered, discover: Discovering, options: WalkOptions) {
    this.#place = place
    this.#signal = options.signal
    if (place.store || place.error !== undefined) return
    this.#below = walkPlaces(discover, `${place.url}/`, options)
    this.#first = this.#below.next()
    // Told by `run`; whoever stops before that must not be.
    this.#first.catch(() => {})
  }

  async *run(): AsyncGenerator<Discovered, void, undefined> {
    let told = false
    try {
      const first = await this.#first
      yield this.#place
      told = true
      if (this.#below === undefined || first === undefined || first.done === true) return
      yield first.value
      yield* this.#below
    } catch (error) {
      if (this.#signal.aborted || !isGantryError(error) || error.code === 'unauthenticated') throw error
      // One that broke off in its middle is told once more, with why.
      yield { ...this.#place, error }
      told = true
    } finally {
      if (!told) this.stop()
    }
  }

  stop(): void {
    this.#below?.return().catch(() => {})
  }
}
