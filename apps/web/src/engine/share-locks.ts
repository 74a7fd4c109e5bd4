import { GantryError } from '@gantry/core'

const prefix = 'gantry-share '

export function lockOf(id: string): string {
  return `${prefix}${id}`
}

/** One page at a time does something with a share that was begun: two would make two of it, or take it from each other. */
export class ShareLocks {
  readonly #own = new Map<string, Promise<unknown>>()

  /** After what this page does with it already; `precondition_failed` where another page has it. */
  async hold<Answer>(id: string, work: () => Promise<Answer>): Promise<Answer> {
    for (let own = this.#own.get(id); own !== undefined; own = this.#own.get(id)) await own.catch(() => {})
    const held = this.#request(id, work)
    this.#own.set(id, held)
    try {
      return await held
    } finally {
      this.#own.delete(id)
    }
  }

  async #request<Answer>(id: string, work: () => Promise<Answer>): Promise<Answer> {
    let asked = false
    try {
      return (await navigator.locks.request(lockOf(id), { ifAvailable: true }, async (lock) => {
        asked = true
        if (lock === null) throw new GantryError('precondition_failed', 'This share is being sent in another tab.')
        return await work()
      })) as Answer
    } catch (error) {
      // Where pages may keep nothing, they have no locks either, and no other page knows of the share.
      if (asked || !(error instanceof DOMException && error.name === 'SecurityError')) throw error
      return await work()
    }
  }

  /** Ids of shares that other pages have. */
  async others(): Promise<ReadonlySet<string>> {
    const { held = [] } = await navigator.locks.query()
    const ids = held.flatMap(({ name = '' }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []))
    return new Set(ids.filter((id) => !this.#own.has(id)))
  }
}
