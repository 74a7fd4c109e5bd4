import type { JobSpec, Store } from '@gantry/core'
import { cleanUp, hasLeft, type JobFolder, type JobSummary } from '@gantry/transfer'

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

/**
 * Removes what the newest job of the same words left, that came to its end with failures while its destination could not be
 * reached: a lock or an upload of its own would stand in the way of the next. What cannot be removed stays, and the next
 * one says what is in its way.
 */
export async function cleanUpAfterEnded(folder: JobFolder, spec: JobSpec, to: Store): Promise<void> {
  const wanted = wordsOf(spec)
  for await (const summary of folder.list()) {
    if (isUnfinished(summary) || summary.running || wordsOf(summary.spec) !== wanted) continue
    try {
      const journal = folder.open(summary.id)
      try {
        if (await hasLeft(journal)) await cleanUp(to, journal)
      } finally {
        await journal.close()
      }
    } catch {
      // See above.
    }
    return
  }
}

/** All that says what is to be done, and nothing of how fast. */
function wordsOf({ from, to, selection, layout, existing, verify, transforms, tier, session }: JobSpec): string {
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
