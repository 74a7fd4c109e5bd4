import type { ErrorCode, Phase } from '@gantry/core'
import { isUnfinished, type JobFolder, type Journal } from '@gantry/transfer'

import { goingOn } from './going-on.ts'

/** So many jobs are told. */
const mostTold = 5

/**
 * Which jobs of this folder, interrupted on their way to the same destination, may be what keeps entries from it: such as by the
 * lock of a series. Nothing where none of the failures is of something that others can do.
 */
export async function leftByOthers(
  folder: JobFolder,
  { spec }: Pick<Journal, 'spec'>,
  codes: ReadonlySet<ErrorCode>,
): Promise<readonly string[]> {
  if (!codes.has('unavailable')) return []
  const lines: string[] = []
  for await (const summary of folder.list()) {
    const { id, running } = summary
    if (id === spec.id || running || !isUnfinished(summary) || summary.spec.to !== spec.to) continue
    if (lines.length < mostTold) lines.push(`  ${id}: ${goingOn(summary).command}, or gantry jobs cancel ${id}`)
  }
  if (lines.length === 0) return []
  return ['If a lock is in the way, it may be of an interrupted job with the same destination:', ...lines]
}

/**
 * What is still to be looked for of what killed runs of a job left half-written; nothing where all of that is gone, or where the job
 * goes on, and looks by itself.
 */
export async function leftByItself(journal: Journal, phase: Phase): Promise<readonly string[]> {
  if (isUnfinished({ record: { phase } })) return []
  for await (const _ of journal.crashed()) {
    const { id } = journal.spec
    const how = `To look again, and see why: gantry jobs cancel ${id}`
    return [`What this job was writing when it was killed may still lie half-written at the destination. ${how}`]
  }
  return []
}
