import type { JobSpec } from '@gantry/core'
import type { JobFolder, JobSummary } from '@gantry/transfer'

/** Phases of which nothing more comes: asked for again, such a job is a new one. */
const over: ReadonlySet<string> = new Set(['completed', 'cancelled'])

export function isUnfinished({ record }: Pick<JobSummary, 'record'>): boolean {
  return !over.has(record.phase)
}

/** The newest job that was asked for in the same words and did not come to its end. */
export async function findUnfinished(
  folder: JobFolder,
  spec: JobSpec,
  { session }: { readonly session?: string | undefined } = {},
): Promise<JobSummary | undefined> {
  const wanted = wordsOf(spec)
  for await (const summary of folder.list()) {
    if (session !== undefined && summary.spec.session !== session) continue
    if (isUnfinished(summary) && wordsOf(summary.spec) === wanted) return summary
  }
  return undefined
}

/** All that says what is to be done, and nothing of how fast. */
export function wordsOf({ from, to, selection, layout, existing, verify, transforms, tier, session }: JobSpec): string {
  const sorted = Object.entries(selection).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([
    from,
    to,
    sorted,
    layout ?? 'keep',
    existing,
    verify,
    transforms,
    tier ?? '',
    session !== undefined,
  ])
}
