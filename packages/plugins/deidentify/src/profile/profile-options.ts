/** What is retained beyond the basic profile (PS3.15 E.3); `full-dates` and `modified-dates` exclude each other. */
export type Retained =
  | 'uids'
  | 'device'
  | 'institution'
  | 'patient-characteristics'
  | 'full-dates'
  | 'modified-dates'
  | 'safe-private'

/** What is cleaned instead of removed (PS3.15 E.3). */
export type Cleaned = 'descriptors' | 'structured-content' | 'graphics'

export interface ProfileOptions {
  /** Default: nothing. */
  readonly retain?: readonly Retained[] | undefined
  /** Default: nothing. */
  readonly clean?: readonly Cleaned[] | undefined
}

/** An option of the profile: its column in Table E.1-1, and its code of CID 7050 (PS3.16). */
export interface ProfileMethod {
  readonly column: string
  readonly code: string
  readonly meaning: string
}

export const basicProfile = { code: '113100', meaning: 'Basic Application Confidentiality Profile' } as const
export const cleanPixelData = { code: '113101', meaning: 'Clean Pixel Data Option' } as const

export const retainMethods: Readonly<Record<Retained, ProfileMethod>> = {
  'full-dates': {
    column: 'f',
    code: '113106',
    meaning: 'Retain Longitudinal Temporal Information Full Dates Option',
  },
  'modified-dates': {
    column: 'm',
    code: '113107',
    meaning: 'Retain Longitudinal Temporal Information Modified Dates Option',
  },
  'patient-characteristics': { column: 'p', code: '113108', meaning: 'Retain Patient Characteristics Option' },
  device: { column: 'd', code: '113109', meaning: 'Retain Device Identity Option' },
  uids: { column: 'u', code: '113110', meaning: 'Retain UIDs Option' },
  'safe-private': { column: '', code: '113111', meaning: 'Retain Safe Private Option' },
  institution: { column: 'i', code: '113112', meaning: 'Retain Institution Identity Option' },
}

export const cleanMethods: Readonly<Record<Cleaned, ProfileMethod>> = {
  graphics: { column: 'g', code: '113103', meaning: 'Clean Graphics Option' },
  'structured-content': { column: 's', code: '113104', meaning: 'Clean Structured Content Option' },
  descriptors: { column: 't', code: '113105', meaning: 'Clean Descriptors Option' },
}
