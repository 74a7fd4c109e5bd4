import { isUnfinished, type JobSummary, type JournalFailure } from '@gantry/transfer'

import { isArchiveSource, isShareSource } from '../places/share-source.ts'
import { isOutOfPlan, renderRetry } from '../render/failures.ts'

/** What goes on with a job. */
export interface GoingOn {
  readonly command: string
  /** Why that is not `gantry jobs resume`. */
  readonly why?: string
}

/** What a job needs and nothing keeps, only its own words give. */
export function goingOn({ id, spec }: Pick<JobSummary, 'id' | 'spec'>): GoingOn {
  const same = (name: string, why: string) => ({ command: `the same gantry ${name} again`, why })
  if (isShareSource(spec.from)) return same('open', 'restores a share, whose secret is not kept')
  if (isArchiveSource(spec.from)) return same('restore', 'restores from an archive')
  if (spec.session !== undefined) return same('archive', 'archives into a catalogue')
  if (spec.transforms.length > 0) return same('copy', 'de-identifies by a key that is not kept')
  return { command: `gantry jobs resume ${id}` }
}

export async function countOutOfPlan(failures: AsyncIterable<JournalFailure>): Promise<number> {
  let count = 0
  for await (const failure of failures) if (isOutOfPlan(failure)) count += 1
  return count
}

/** How to bring what a job has not; so many of its failures are out of plan. */
export function renderGoingOn(summary: JobSummary, outOfPlan: number): string | undefined {
  const { record } = summary
  const { command } = goingOn(summary)
  if (isUnfinished(summary)) return `To go on: ${command}`
  if (record.phase === 'cancelled') return 'The job was cancelled: to begin anew, copy again'
  return record.failed.entries > 0 ? renderRetry(record.failed.entries, outOfPlan, command) : undefined
}
