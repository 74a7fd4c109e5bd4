import { randomBytes } from 'node:crypto'

import { GantryError, type JobSpec, jobSpecSchema } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'

/** What a new job is made from; all that is left out has the schema's default. */
export type NewJob = Pick<JobSpec, 'from' | 'to'> & Partial<Omit<JobSpec, 'version' | 'from' | 'to'>>

/** A spec with an id of its own, checked; throws `invalid`. */
export function createJobSpec(job: NewJob): JobSpec {
  checkGiven(job, 'a job', { from: 'string', to: 'string' })
  const id = job.id ?? newJobId()
  const parsed = jobSpecSchema.safeParse({ selection: {}, created: Date.now(), ...job, version: 1, id })
  if (parsed.success) return parsed.data
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new GantryError('invalid', `The job is not valid: ${where.join('; ')}.`, { cause: parsed.error })
}

/** Short enough to type, sorted by day: `20261121-7f3a9c`. */
export function newJobId(now = new Date()): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '')
  return `${day}-${randomBytes(3).toString('hex')}`
}
