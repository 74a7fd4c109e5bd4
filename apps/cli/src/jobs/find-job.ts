import { isGantryError } from '@gantry/core'
import type { JobFolder, JobSummary } from '@gantry/transfer'

import { UsageError } from '../usage-error.ts'

/** The job of this id, or the only one whose id holds that. */
export async function findJob(folder: JobFolder, text: string): Promise<JobSummary> {
  try {
    return await folder.show(text)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
  }
  const matching: JobSummary[] = []
  for await (const summary of folder.list()) {
    if (text.length >= 3 && summary.id.includes(text)) matching.push(summary)
  }
  const [only] = matching
  if (only === undefined) throw new UsageError(`There is no job "${text}". To see all: gantry jobs list`)
  if (matching.length > 1) {
    throw new UsageError(`"${text}" could be any of these jobs: ${matching.map(({ id }) => id).join(', ')}`)
  }
  return only
}
