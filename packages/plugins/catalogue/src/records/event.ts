import type { SessionName } from './place-rows.ts'

export const eventKinds = [
  'archived',
  'restored',
  'deleted',
  'removed',
  'rebuilt',
  'imported',
  'audited',
  'mended',
  'shredded',
] as const

/** What happened, when, and who did it. */
export interface CatalogueEvent {
  readonly at: number
  readonly kind: (typeof eventKinds)[number]
  /** Account, or user of the machine. */
  readonly who: string
  readonly session?: string
  /** What was named: a UID, a CID, a session. */
  readonly target?: string
  /** Where to, or where from. */
  readonly place?: string
  readonly entries: number
  readonly bytes: number
}

export interface NewEvent extends Omit<CatalogueEvent, 'at' | 'session'> {
  readonly session?: SessionName
}
