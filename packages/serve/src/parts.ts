import type { Store } from '@gantry/core'

import type { Catalog } from './catalog/catalog.ts'
import type { IndexState } from './catalog/indexer.ts'
import type { HeaderRoom } from './stow/header-room.ts'
import type { Turns } from './stow/turns.ts'

/** What the server answers at most, and how much it does at once. */
export interface ServerLimits {
  /** Results of one search; more are asked for with `offset`. */
  readonly searchResults: number
  /** Headers that are read side by side: by the index, and by one request for metadata. */
  readonly headers: number
  /** Instances that one request opens ahead of the one that is sent, at most: so many of a store that is waited for. */
  readonly readAhead: number
  /** Bytes of one instance that is stored, and of one request that stores. */
  readonly instanceBytes: number
  readonly requestBytes: number
  /** Instances of one request that stores: what became of each is held until its end. */
  readonly requestInstances: number
  /**
   * Bytes that are held of all instances that are being stored, until their pixel data begin: what has none is held as a
   * whole. An instance that needs more is refused, one that needs more than is left for now is told to come later.
   */
  readonly headerBytes: number
}

export const defaultLimits: ServerLimits = {
  searchResults: 10_000,
  headers: 16,
  readAhead: 8,
  instanceBytes: 16 * 2 ** 30,
  requestBytes: 2 ** 40,
  requestInstances: 100_000,
  headerBytes: 2 ** 27,
}

/** What the server's own parts are given. */
export interface ServerParts {
  readonly store: Store
  readonly catalog: Catalog
  readonly limits: ServerLimits
  /** Of instances that are being stored. */
  readonly turns: Turns
  readonly headerRoom: HeaderRoom
  /** Whether the index has all that the store keeps. */
  readonly indexState: () => IndexState
  /** Looks at a path again, because it is not what the index says. */
  readonly lookAgain: (path: string) => Promise<void>
  readonly onError: (error: unknown) => void
}
