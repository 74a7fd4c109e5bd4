import type { DicomElement } from '@gantry/dicom'

import type { Profile } from '../profile/profile.ts'
import type { Doing, Tally } from '../report/report.ts'
import type { SafePrivateSet } from './private-blocks.ts'
import type { KeyedHash } from '../values/keyed-hash.ts'

/** What one file is rewritten by. */
export interface Rewriting {
  readonly profile: Profile
  readonly hash: KeyedHash
  readonly safePrivate: SafePrivateSet
  readonly tally: Tally
  /** By how many days dates are moved. */
  readonly days: number
  readonly pseudonym: string
  /** Words of the patient's names, in lower case. */
  readonly names: ReadonlySet<string>
  /** The patient's, where the header tells. */
  readonly birthDate: string | undefined
  /** Pixel Representation: what `US or SS` is. */
  readonly signed: boolean
  /** Told of every element at every level, with the text of what replaces it, if anything does. */
  readonly watch?: (change: Change) => void
}

export interface Change {
  readonly element: DicomElement
  readonly doing: Doing
  /** Tags of the sequences around it, and numbers of their items, counted from 1. */
  readonly within: readonly (readonly [tag: number, item: number])[]
  /** Absent where the value stays as it is, or goes. */
  readonly after?: string
}
