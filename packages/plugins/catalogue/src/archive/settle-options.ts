import type { Hashing, Store } from '@gantry/core'
import type { Journal } from '@gantry/transfer'

import type { Catalogue } from '../catalogue.ts'
import type { WritingKey } from '../keys/catalogue-key.ts'
import type { SessionName } from '../records/place-rows.ts'

export interface SettleOptions {
  readonly catalogue: Catalogue
  readonly session: SessionName
  /** How the destination opens again. */
  readonly location: string
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  readonly hashing: Hashing
  readonly signal: AbortSignal
  readonly who: string
  /** The job has come to its end: what was there is looked at, and the manifests are written; else a later run does it. */
  readonly completed: boolean
  /** The name of the session was made up: where there is nothing new, there is no session either. */
  readonly nameless?: boolean | undefined
  /** Seals the manifests beside the data; default: none are written. What packs entries seals theirs itself. */
  readonly key?: WritingKey | undefined
  /** Default: true, as far as the place has room for them. */
  readonly manifests?: boolean | undefined
  /** Where the storage cannot retain, the catalogue alone says until when. */
  readonly retainUntil?: number | undefined
}
