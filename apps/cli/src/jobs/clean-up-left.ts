import { type ErrorCode, isGantryError, type Store } from '@gantry/core'
import type { JobFolder, JobSummary } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { openPlaces } from '../places/open-places.ts'
import { toJsonLine } from '../render/json.ts'
import { UsageError } from '../usage-error.ts'
import { cleanUpJob } from './clean-up-job.ts'

/** Why what a job left is still there. */
export interface Uncleaned {
  readonly code: ErrorCode
  readonly message: string
}

/** Removes what a job that nobody runs left half-sent at its destination, if there is any; says what kept it from that. */
export async function cleanUpLeft(
  context: Context,
  folder: JobFolder,
  { id, spec }: Pick<JobSummary, 'id' | 'spec'>,
): Promise<Uncleaned | 'nothing' | 'removed'> {
  let to: Store | undefined
  const reach = async () => {
    const places = await openPlaces(context)
    return (to = (await places.open(spec.to)).store)
  }
  try {
    try {
      return (await cleanUpJob(folder, id, reach)) ? 'removed' : 'nothing'
    } finally {
      await to?.close()
    }
  } catch (error) {
    if (error instanceof UsageError) return { code: 'invalid', message: error.message }
    if (!isGantryError(error)) throw error
    return { code: error.code, message: error.message }
  }
}

export function tellUncleaned({ io, options }: Context, id: string, { code, message }: Uncleaned, advice = ''): void {
  if (options.json) io.stdout.write(toJsonLine({ type: 'error', code, message, id }))
  else io.stderr.write(`${id}: what it left half-sent could not be removed: ${code}: ${message}\n${advice}`)
}
