/** A session, and how much of it is stored. */
export interface SessionSummary {
  readonly name: string
  readonly owner: string
  readonly created: number
  /** Since when it is deleted where people work with it. */
  readonly deleted?: number
  readonly entries: number
  readonly bytes: number
}

/** Which sessions. */
export interface SessionQuery {
  /** Default: nobody's. */
  readonly owner?: string
  /** This one alone. */
  readonly name?: string
  /** Name of the last one of the page before. */
  readonly after?: string
  readonly limit?: number
}

/** A study, and how much of it is stored. */
export interface StudySummary {
  readonly uid: string
  readonly date?: string
  readonly description?: string
  readonly patientId?: string
  readonly patientName?: string
  readonly modalities: readonly string[]
  readonly series: number
  readonly instances: number
  readonly bytes: number
}

/** Which studies; everything given must hold. */
export interface StudyQuery {
  readonly uid?: string
  /** First and last day, as DICOM writes it: `20260131`. */
  readonly since?: string
  readonly until?: string
  readonly modality?: string
  readonly patientId?: string
  /** UID of the last one of the page before. */
  readonly after?: string
  readonly limit?: number
}
