import { imageLoader } from '@cornerstonejs/core'

const atOnce = 6

/** Fetches and decodes all images of a volume, from where somebody looks outwards, and tells how many are there. */
export class SeriesLoader {
  readonly imageIds: readonly string[]
  readonly failed = new Set<string>()
  readonly #done = new Set<string>()
  readonly #tell: () => void
  #waiting: string[] = []
  #stopped = false
  #all: Promise<void> | undefined

  constructor(imageIds: readonly string[], tell: () => void) {
    this.imageIds = imageIds
    this.#tell = tell
  }

  get loaded(): number {
    return this.#done.size
  }

  get complete(): boolean {
    return this.#done.size + this.failed.size === this.imageIds.length
  }

  /** Resolves when every image is there, or has failed. */
  start(from: number): Promise<void> {
    this.#all ??= this.#run(from)
    return this.#all
  }

  stop(): void {
    this.#stopped = true
  }

  async #run(from: number): Promise<void> {
    this.#waiting = outwards(this.imageIds, from)
    await Promise.all(Array.from({ length: atOnce }, async () => await this.#work()))
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined && !this.#stopped; next = this.#waiting.shift()) {
      try {
        await imageLoader.loadAndCacheImage(next)
        this.#done.add(next)
      } catch {
        // Shown in its place when somebody comes to it.
        this.failed.add(next)
      }
      this.#tell()
    }
  }
}

function outwards<Item>(items: readonly Item[], from: number): Item[] {
  const at = items.map((item, index) => ({ item, far: Math.abs(index - from) }))
  return at.sort((a, b) => a.far - b.far).map(({ item }) => item)
}
