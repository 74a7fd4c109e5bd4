import type { JobSpec } from '@gantry/core'
import { isUnfinished, type JobFolder, type JobSummary } from '@gantry/transfer'

/** The newest job that was asked for in the same words and did not come to its end. */
export async function findUnfinished(
  folder: JobFolder,
  spec: JobSpec,
  { session }: { readonly session?: string | undefined } = {},
): Promise<JobSummary | undefined> {
  for await (const summary of folder.like(spec)) {
    if (session !== undefined && summary.spec.session !== session) continue
    if (isUnfinished(summary)) return summary
  }
  return undefined
}
