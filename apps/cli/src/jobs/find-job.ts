import { isGantryError } from '@gantry/core'
import type { JobFolder, JobSummary } from '@gantry/transfer'

import { UsageError } from '../usage-error.ts'
import { Unreadable } from './unreadable.ts'

const mostShown = 10

/** The job of this id, or the only one whose id holds that. */
export async function findJob(folder: JobFolder, text: string): Promise<JobSummary> {
  try {
    return await folder.show(text)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
  }
  const matching: JobSummary[] = []
  const unreadable = new Unreadable()
  const { onUnreadable } = unreadable
  for await (const summary of folder.list({ onUnreadable })) {
    if (text.length >= 3 && summary.id.includes(text)) matching.push(summary)
  }
  const [only] = matching
  const why = text.length >= 3 && only === undefined ? unreadable.meant(text) : undefined
  if (why !== undefined) throw why
  if (only === undefined) throw new UsageError(`There is no job "${text}". To see all: gantry jobs list`)
  if (matching.length > 1) {
    const shown = matching.slice(0, mostShown).map(({ id }) => `  ${id}`)
    const more = matching.length - shown.length
    const lines = [...shown, ...(more > 0 ? [`  and ${more} more: gantry jobs list`] : [])]
    throw new UsageError(`"${text}" could be any of these jobs:\n${lines.join('\n')}`)
  }
  return only
}
