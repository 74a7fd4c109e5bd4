import { imageLoader } from '@cornerstonejs/core'

import type { Missing } from './pane-state.ts'
import { missingOf } from './problem-of.ts'

const atOnce = 6

/** Fetches and decodes all images of a volume, from where somebody looks outwards, and tells how many are there. */
export class SeriesLoader {
  readonly imageIds: readonly string[]
  /** Why those that are not there did not come. */
  readonly failed = new Map<string, Missing>()
  readonly #done = new Set<string>()
  readonly #tell: () => void
  readonly #mended: () => void
  #stopped = false
  #all: Promise<void> | undefined
  #again: Promise<void> | undefined

  /** `mended` is told when what had failed was tried again. */
  constructor(imageIds: readonly string[], tell: () => void, mended: () => void) {
    this.imageIds = imageIds
    this.#tell = tell
    this.#mended = mended
  }

  get loaded(): number {
    return this.#done.size
  }

  get complete(): boolean {
    return this.#done.size === this.imageIds.length
  }

  has(imageId: string): boolean {
    return this.#done.has(imageId)
  }

  /** Resolves when every image is there, or has failed. */
  start(from: number): Promise<void> {
    this.#all ??= this.#run(outwards(this.imageIds, from))
    return this.#all
  }

  /** Tries once more what has failed. */
  again(): Promise<void> {
    this.#again ??= this.#run([...this.failed.keys()]).finally(() => {
      this.#again = undefined
      this.#mended()
    })
    return this.#again
  }

  /** What came of an image, whoever asked for it. Where one comes that had failed, the others may come too. */
  told(imageId: string, error?: unknown): void {
    if (error !== undefined) this.failed.set(imageId, missingOf(error))
    else this.#done.add(imageId)
    const came = error === undefined && this.failed.delete(imageId)
    this.#tell()
    if (came) void this.again()
  }

  stop(): void {
    this.#stopped = true
  }

  async #run(imageIds: string[]): Promise<void> {
    await Promise.all(Array.from({ length: atOnce }, async () => await this.#work(imageIds)))
  }

  async #work(waiting: string[]): Promise<void> {
    for (let next = waiting.shift(); next !== undefined && !this.#stopped; next = waiting.shift()) {
      // What came of it is told by whoever loads it; what failed, in its place when somebody comes to it.
      const there = await imageLoader.loadAndCacheImage(next).then(
        () => true,
        () => false,
      )
      if (there && !this.#done.has(next)) this.told(next)
    }
  }
}

function outwards<Item>(items: readonly Item[], from: number): Item[] {
  const at = items.map((item, index) => ({ item, far: Math.abs(index - from) }))
  return at.sort((a, b) => a.far - b.far).map(({ item }) => item)
}
