import { formatTime } from '../render/amounts.ts'
import type { JobHeading } from './reporter.ts'

/** `job 20261121-7f3a9c`, and since when it is under way where this is not its beginning. */
export function describeJob({ id, resumed, created, hint }: JobHeading): string {
  const text = resumed ? `going on with job ${id} of ${formatTime(created)}` : `job ${id}`
  return hint === undefined ? text : `${text} (${hint})`
}
