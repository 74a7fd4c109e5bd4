import { compareKeys } from './key-order.ts'

/** A map whose keys can be listed in S3's order. Sorting waits until someone lists. */
export interface KeyIndex<Value> {
  readonly size: number
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  /** To be read at once: the next change may reorder it. */
  sortedKeys(): readonly string[]
}

export function keyIndex<Value>(): KeyIndex<Value> {
  const values = new Map<string, Value>()
  let sorted: string[] = []
  let added: string[] = []
  let deleted = false
  return {
    get size() {
      return values.size
    },
    get: (key) => values.get(key),
    set: (key, value) => {
      if (!values.has(key)) added.push(key)
      values.set(key, value)
    },
    delete: (key) => {
      deleted = values.delete(key) || deleted
    },
    sortedKeys: () => {
      if (deleted) {
        // A key that was deleted and came back stands in both lists.
        sorted = [...new Set([...sorted, ...added])].filter((key) => values.has(key)).sort(compareKeys)
      } else if (added.length > 0) {
        // Two sorted runs, which the engine's merge sort joins in linear time.
        sorted = [...sorted, ...added.sort(compareKeys)].sort(compareKeys)
      }
      added = []
      deleted = false
      return sorted
    },
  }
}
