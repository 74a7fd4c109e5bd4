import type { Store } from '@gantry/core'

import { sourcesIn } from './sources-in.ts'

/** Stores of shares that were opened, which only their own tokens read; found by the objects that a share names. */
export class OpenedShares {
  readonly #stores = new Map<string, Store>()

  remember(state: unknown, store: Store): void {
    for (const source of sourcesIn(state)) {
      if (source.kind !== 'entries') continue
      for (const { path } of source.entries) this.#stores.set(`${source.store} ${path}`, store)
    }
  }

  find(url: string, path: string): Store | undefined {
    return this.#stores.get(`${url} ${path}`)
  }
}
