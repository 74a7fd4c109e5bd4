import type { DatabaseSync } from 'node:sqlite'

/**
 * Gathers what is recorded during one turn of the event loop into one transaction: thousands of entries a second cost
 * some dozen commits, and nobody waits longer than the turn.
 */
export class GroupCommit {
  readonly #database: DatabaseSync
  #queue: { work: () => void; resolve: () => void; reject: (error: unknown) => void }[] = []
  #scheduled = false

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Resolves when the work is committed. */
  add(work: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ work, resolve, reject })
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
      this.transaction(() => {
        for (const { work } of batch) work()
      })
    } catch (error) {
      for (const { reject } of batch) reject(error)
      return
    }
    for (const { resolve } of batch) resolve()
  }

  transaction<Value>(work: () => Value): Value {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const value = work()
      this.#database.exec('COMMIT')
      return value
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }
}
