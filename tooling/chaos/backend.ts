import type { Store } from '@gantry/core'
import type { Match } from '@gantry/testkit/fault-proxy'

import type { Files } from './cell/files.ts'
import type { Network } from './network.ts'

/** `up` is a copy from a folder to the backend, `down` one from the backend to a folder. */
export type Direction = 'up' | 'down'

export const directions = ['up', 'down'] as const

/** A storage with a server, as an adapter reaches it: what the matrix is made of. */
export interface Backend {
  readonly name: string
  /** Folders in `packages/adapters` that are exercised. */
  readonly adapters: readonly string[]
  /** A server of others, which a machine may be without, and which takes longer than a test has. */
  readonly heavy?: true
  /** Nothing of it goes over a network: it is killed, and nothing else. */
  readonly local?: true
  /** Cells that say nothing, and why. */
  readonly excused?: (fault: string, direction: Direction) => string | undefined
  /** Why it cannot be had on this machine. */
  readonly unavailable?: () => Promise<string | undefined>
  /** Starts its server behind the network. */
  readonly start: (network: Network, folder: string) => Promise<RunningBackend>
}

export interface RunningBackend {
  /** What answered: product and version. */
  readonly server: string
  /** Where the files of one cell are, or shall be; another name, another place. */
  place(name: string, files: Files): Promise<Place> | Place
  /** Which messages carry files. Default: those whose body is not small. */
  readonly data?: Readonly<Record<Direction, Match>>
  close(): Promise<void>
}

export interface Place {
  /** As a remote of the configuration, through the network. */
  readonly url: string
  readonly options?: Readonly<Record<string, unknown>>
  /** Words of the command besides, where the place itself holds more than one cell's files. */
  readonly words?: Readonly<Partial<Record<Direction, readonly string[]>>>
  /** The same, from the other side: not through the network. */
  open(): Promise<Store>
  /** What of it is this cell's. */
  readonly prefix?: string
}
