import type { SqliteDatabase } from './sqlite-database.ts'

/**
 * Gathers what is recorded during one turn of the event loop into one transaction: thousands of entries a second cost
 * some dozen commits, and nobody waits longer than the turn.
 */
export class GroupCommit {
  readonly #database: SqliteDatabase
  #queue: { work: () => void; resolve: () => void; reject: (error: unknown) => void }[] = []
  #scheduled = false

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  /** Resolves when the work is committed, with what came of it. */
  add<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      let result: Result
      this.#queue.push({ work: () => void (result = work()), resolve: () => resolve(result), reject })
      if (this.#scheduled) return
      this.#scheduled = true
      setImmediate(() => this.flush())
    })
  }

  /** Commits what is waiting now. */
  flush(): void {
    this.#scheduled = false
    const batch = this.#queue
    if (batch.length === 0) return
    this.#queue = []
    try {
      this.#database.transaction(() => {
        for (const { work } of batch) work()
      })
    } catch (error) {
      for (const { reject } of batch) reject(error)
      return
    }
    for (const { resolve } of batch) resolve()
  }
}
