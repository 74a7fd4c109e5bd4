import type { JobEvent, JobResult } from '@gantry/transfer'

/** A job as people see it. */
export interface JobHeading {
  readonly id: string
  /** As it was written, or as its record writes it; `undefined`: it is not for everybody who sees what is shown. */
  readonly from: string | undefined
  readonly to: string
  /** Goes on where an earlier process stopped. */
  readonly resumed: boolean
  /** Milliseconds since the epoch. */
  readonly created: number
  /** Said in addition. */
  readonly hint?: string
}

/** Shows a running job: bars on a terminal, lines elsewhere, or JSON for programs. */
export interface Reporter {
  begin(job: JobHeading): void
  event(event: JobEvent): void
  /** Something to be said between. */
  note(text: string): void
  /** Nothing more comes; the result is said elsewhere. */
  end(result: JobResult | undefined): void
}
