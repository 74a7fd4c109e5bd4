/**
 * A line of a worker's log: kinds, codes, counts and the queue's own names, which name no study and no patient. Of what cannot be
 * opened, the name of the remote, or the scheme.
 */
export type WorkerLine = Readonly<Record<string, string | number | undefined>> & { readonly type: string }

export type WorkerLog = (line: WorkerLine) => void

/** Milliseconds in which the same is told once. */
const seldom = 60_000

/** Tells at most once a minute what would be told over and over, and how many times it happened. */
export class SeldomLog {
  readonly #log: WorkerLog | undefined
  readonly #now: () => number
  readonly #told = new Map<string, { at: number; times: number }>()

  constructor(log: WorkerLog | undefined, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  tell(line: WorkerLine): void {
    const key = JSON.stringify(line)
    const told = this.#told.get(key)
    const now = this.#now()
    if (told !== undefined && now - told.at < seldom) {
      told.times += 1
      return
    }
    const times = (told?.times ?? 0) + 1
    this.#told.set(key, { at: now, times: 0 })
    this.#log?.(times === 1 ? line : { ...line, times })
  }
}
