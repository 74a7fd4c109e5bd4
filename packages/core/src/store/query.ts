import type { DicomJson } from '../dicom-json.ts'
import type { Call } from './call.ts'

/** What is asked for: one match each. */
export type QueryLevel = 'study' | 'series' | 'instance'

/** A search by DICOM attributes (PS3.18 8.3.4, PS3.4 C.2.2.2). */
export interface Query {
  readonly level: QueryLevel
  /** Within this study, or series of it. */
  readonly study?: string
  readonly series?: string
  /**
   * Matching keys: keyword (`PatientName`), tag (`00100010`), or a path of those through sequences, joined by dots. The
   * value as in QIDO: a single value, wildcards `*` and `?`, a range `20240101-20241231`, a list of UIDs with commas.
   */
  readonly match?: Readonly<Record<string, string>>
  /** Person names by their sound or beginnings, as the store does it. */
  readonly fuzzy?: boolean
  /** Attributes to be told besides those of the level (PS3.18 10.6.3): keywords, tags, or all. */
  readonly include?: readonly string[] | 'all'
  /** As many matches at most. */
  readonly limit?: number
}

/** Searches by DICOM attributes; the part of a driver that the ability `query` declares. */
export interface QueryDriver {
  /**
   * Matches, each once, page by page, never all in memory. A driver leaves out what does not match, also where its
   * service ignored a key.
   */
  search(query: Query, call: Call): AsyncIterable<DicomJson>
}
