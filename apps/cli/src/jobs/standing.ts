import type { JobSummary } from '@gantry/transfer'

/** Where a job stands, in one word: its phase, or what became of the process that ran it. */
export function standingOf({ record, running }: Pick<JobSummary, 'record' | 'running'>): string {
  const { phase } = record
  if (running) return phase
  if (phase === 'running' || phase === 'planning' || phase === 'verifying') return 'interrupted'
  return phase
}
