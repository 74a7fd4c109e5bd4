/** What an audit may find wrong with something that is archived. */
export const findingKinds = [
  'missing',
  'removed',
  'corrupt',
  'damaged',
  'unreadable',
  'not-retained',
  'expired',
  'elsewhere',
] as const

/**
 * One thing that is not as the catalogue says.
 *
 * - `missing` nothing is there
 * - `removed` it was taken away or replaced before its date, and the catalogue knows it
 * - `corrupt` other bytes are there
 * - `damaged` its bytes are right, and something that they are kept with is not: an index, say
 * - `unreadable` it cannot be told: the place does not answer, refuses it, or has only a damaged record of it
 * - `not-retained` the storage would let it be removed before its date
 * - `expired` its date has passed
 * - `elsewhere` it lies in another class than it was archived to
 */
export interface Finding {
  readonly kind: (typeof findingKinds)[number]
  readonly location: string
  /** Can name a patient: for those who may see it. */
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  readonly at: number
  readonly retainUntil?: number
  /** Why it is unreadable. */
  readonly code?: string
}

/** How it was looked at: what the storage says of it; that it can be read; all of its bytes; or the storage's own proof. */
export type Proof = 'stat' | 'range' | 'bytes' | 'proof'

export interface AuditResult {
  readonly audited: number
  readonly bytes: number
  /** Read to look. */
  readonly read: number
  readonly proofs: Readonly<Record<Proof, number>>
  /** Of manifests and the keys to them, too. */
  readonly findings: number
  /**
   * Entries that were to be looked at, in places that want a login or a passphrase: nothing is known of them. Manifests, where no
   * entry was to be looked at there.
   */
  readonly closed: number
  /** Manifests that were looked at. */
  readonly manifests: number
  /** Of these, those that only the passphrase could tell anything of, because the catalogue does not remember their bytes. */
  readonly unopened: number
}
