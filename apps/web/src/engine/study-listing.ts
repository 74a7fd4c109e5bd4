import type { Entry, Signal, Store } from '@gantry/core'

/** The entries of a study as a server lists them. */
export class StudyListing {
  readonly #store: Store
  readonly #study: string
  readonly #signal: Signal
  readonly #series = new Map<string, Entry[]>()
  #listed = 0
  /** What the server says of the study, before it has listed all. */
  #told = 0

  constructor(store: Store, study: string, signal: Signal) {
    this.#store = store
    this.#study = study
    this.#signal = signal
  }

  /** Images, as far as is known. */
  get total(): number {
    return Math.max(this.#listed, this.#told)
  }

  /**
   * Entries by series, in the order of their numbers, those of a series in the order in which their images were taken. Where
   * a server lists series by series, the one that it lists `firstAtOnce` comes before the others are listed: hundreds of them
   * take long, and somebody waits for a picture.
   */
  async *series(firstAtOnce: boolean): AsyncGenerator<readonly Entry[], void, undefined> {
    const first = Promise.withResolvers<string | undefined>()
    let stopped = false
    const list = async () => {
      for await (const entry of this.#store.list({ studies: [this.#study] }, { signal: this.#signal })) {
        if (stopped) return
        const uid = this.#add(entry)
        if (this.#series.size > 1 && uid !== this.#series.keys().next().value) {
          first.resolve(this.#series.keys().next().value)
        }
      }
      // What the server said beforehand may have been wrong.
      this.#told = 0
    }
    const listed = list()
    listed.then(
      () => first.resolve(this.#series.keys().next().value),
      (error: unknown) => first.reject(error),
    )
    // Whoever waits for them is told.
    first.promise.catch(() => {})
    listed.catch(() => {})
    try {
      const given = firstAtOnce ? await first.promise : undefined
      if (given !== undefined) yield inOrder(this.#series.get(given) ?? [])
      await listed
      const rest = [...this.#series].filter(([uid]) => uid !== given).map(([, entries]) => entries)
      yield* rest.toSorted((a, b) => seriesNumber(a) - seriesNumber(b)).map(inOrder)
    } finally {
      stopped = true
    }
  }

  #add(entry: Entry): string {
    const uid = entry.image?.seriesInstanceUID ?? ''
    const known = this.#series.get(uid)
    if (known === undefined) this.#series.set(uid, [entry])
    else known.push(entry)
    this.#listed += 1
    this.#told = numberOf(entry, 'NumberOfStudyRelatedInstances', 0)
    return uid
  }
}

function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((a, b) => numberOf(a, 'InstanceNumber', 0) - numberOf(b, 'InstanceNumber', 0))
}

/** Those without a number come last. */
function seriesNumber([first]: readonly Entry[]): number {
  return first === undefined ? 0 : numberOf(first, 'SeriesNumber', Number.MAX_SAFE_INTEGER)
}

function numberOf({ attributes }: Entry, name: string, otherwise: number): number {
  const text = attributes?.[name] ?? ''
  const number = Number(text)
  return text === '' || !Number.isFinite(number) ? otherwise : number
}
