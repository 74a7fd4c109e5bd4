import type { QueryLevel } from '@gantry/core/driver'

/** Known kinds of services; `generic` promises nothing beyond the standard. */
export const profileNames = ['generic', 'google', 'orthanc', 'dcm4chee', 'azure', 'aws'] as const

/** One of `profileNames`. */
export type ProfileName = (typeof profileNames)[number]

/** What a service does where the standard leaves it open, or where it does otherwise: plain data. */
export interface Profile {
  readonly name: ProfileName
  readonly search: SearchProfile
  readonly retrieve: RetrieveProfile
  readonly store: StoreProfile
  /** What DELETE removes; empty where there is none. */
  readonly removes: readonly QueryLevel[]
  /** 403 is also what a resource gets that does not exist. */
  readonly forbiddenMayBeMissing: boolean
  /** What to ask the owner for, where something is forbidden. */
  readonly roles?: { readonly read: string; readonly write: string }
}

export interface SearchProfile {
  /** Matches that a page is asked to hold. The service's maximum where that is lower than what is good for memory. */
  readonly pageSize: Readonly<Record<QueryLevel, number>>
  /** A page that is shorter than it was asked to be, and warns of no more, is the last; else only an empty one is. */
  readonly shortPageEnds: boolean
  /** Matches that can be reached by an offset. */
  readonly reach?: number
  /** Tags that it matches by, with those of the levels above; all others are matched here. Absent: any. */
  readonly keys?: Readonly<Record<QueryLevel, readonly string[]>>
  readonly wildcards: boolean
  /** Ranges: of all dates and times, or of (0008,0020) alone. */
  readonly ranges: 'all' | 'study-date'
  readonly uidLists: boolean
  readonly fuzzy: boolean
  /** Matches names beyond ASCII. */
  readonly unicodeNames: boolean
  /** Attributes within sequences. */
  readonly sequences: boolean
  /** Refuses keys that it does not match by, so that those it takes need not be told to be believed. */
  readonly strict: boolean
  /** Knows `includefield=all`. */
  readonly includesAll: boolean
}

export interface RetrieveProfile {
  /** What comes in one answer. */
  readonly levels: readonly (QueryLevel | 'frame')[]
  /** An instance is asked for as `application/dicom`, without an envelope, first. */
  readonly bare: boolean
  /** Requests side by side that it bears. */
  readonly fanOut: number
}

export interface StoreProfile {
  /** Of one request. */
  readonly maxEntries: number
  readonly maxBytes: number
  /** How it is to tell what became of the instances, as `Accept`. */
  readonly accept: string
}
