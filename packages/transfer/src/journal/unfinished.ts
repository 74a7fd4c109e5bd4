import type { JobRecord } from '@gantry/core'

/** Phases of which nothing more comes: asked for again, such a job is a new one. */
const over: ReadonlySet<JobRecord['phase']> = new Set(['completed', 'cancelled'])

export function isUnfinished({ record: { phase } }: { readonly record: Pick<JobRecord, 'phase'> }): boolean {
  return !over.has(phase)
}
