/** A client, as it is registered. */
export interface GoogleClient {
  readonly clientId: string
  readonly clientSecret: string
  /** `installed`: any port of 127.0.0.1. `web`: what is registered, and nothing else. `device`: no redirect. */
  readonly type: 'installed' | 'web' | 'device'
  readonly redirectUris?: readonly string[]
  /** Wants no secret. Google has none of this kind for browsers; other providers do. */
  readonly isPublic?: boolean
}

/** Stores of a dataset: their names, or how many. */
export type Stores = readonly string[] | number
/** By location, by dataset. */
export type Locations = Readonly<Record<string, Readonly<Record<string, Stores>>>>

export interface GoogleProject {
  readonly projectId: string
  readonly displayName?: string
  readonly state?: 'ACTIVE' | 'DELETE_REQUESTED'
  readonly locations?: Locations
}

export interface GoogleOptions {
  /** By address: the public key (PEM) that its assertions are looked at with. */
  readonly serviceAccounts?: Readonly<Record<string, string>>
  readonly clients?: readonly GoogleClient[]
  readonly projects?: readonly GoogleProject[]
  /** Root of a DICOMweb server that every store shows: `http://127.0.0.1:8042/dicom-web`. */
  readonly dicomweb?: string
  /** Seconds; default: 3599, as Google's. */
  readonly tokenLifetime?: number
  /** Seconds between two questions of a device; default: 5, as Google's. */
  readonly deviceInterval?: number
  /** Scopes that devices are given. Google gives none of Cloud Healthcare; default: all. */
  readonly deviceScopes?: readonly string[]
  /** How many a page holds at most, besides what is asked for; default: as asked. */
  readonly largestPage?: number
  /** Every so many pages one comes without items, but not without a successor. */
  readonly emptyPages?: number
}

export const installedClient: GoogleClient = {
  clientId: 'desktop.apps.example.org',
  clientSecret: 'not-much-of-a-secret',
  type: 'installed',
}
export const deviceClient: GoogleClient = { clientId: 'tv.apps.example.org', clientSecret: 'device', type: 'device' }
export const webClient: GoogleClient = {
  clientId: 'viewer.apps.example.org',
  clientSecret: 'unused',
  type: 'web',
  redirectUris: ['https://viewer.example.org/signed-in'],
  isPublic: true,
}
