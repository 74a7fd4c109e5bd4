import { createConcurrency, GantryError, type JobSpec, restoreState, type Store } from '@gantry/core'
import { checkGiven, withoutUndefined } from '@gantry/core/driver'

import {
  aBoolean,
  aCount,
  aFunction,
  aList,
  aText,
  anObject,
  checkOptions,
  notNegative,
  positive,
  type Rule,
} from './check-options.ts'
import type { Job, JobOptions } from './job.ts'
import { refuseElsewhere } from './refuse-elsewhere.ts'
import { RunningJob } from './runner/running-job.ts'

const aConcurrency: Rule = [(value) => value === 'auto' || aCount[0](value), 'auto or a whole number from 1']

const rules = {
  from: anObject,
  to: anObject,
  journal: anObject,
  entries: aFunction,
  identify: aFunction,
  others: aText,
  layout: aFunction,
  transforms: aList,
  verifyKept: aBoolean,
  hashing: aFunction,
  limits: anObject,
  stall: positive,
  pace: anObject,
  moved: aBoolean,
  retryTiming: anObject,
}

/**
 * Opens a job on its journal: a new one is a draft, an earlier one stands where its process left it. Only one process
 * at a time may have it open, which the journal's lock sees to. `invalid` for options that there are not, and unless it is
 * given the transforms that it was made with, and the places: without them, it would send what was not meant to be sent. `unsupported` where
 * the destination has no tiers, or does not retain, and the job asks for that.
 */
export async function openJob(options: JobOptions): Promise<Job> {
  checkGiven(options, 'openJob', { from: 'store', to: 'store', journal: 'object' })
  checkOptions('openJob', options, rules)
  const { journal, limits = {}, retryTiming = {}, transforms = [], pace = {} } = options
  checkOptions('limits', limits, { attempts: aCount, retries: notNegative })
  checkOptions('pace', pace, { concurrency: aConcurrency, bandwidth: positive })
  checkOptions('retryTiming', retryTiming, { base: notNegative, longest: notNegative })
  const names = transforms.map(({ name }) => name)
  if (JSON.stringify(names) !== JSON.stringify(journal.spec.transforms)) {
    const given = names.join(', ') || 'none'
    const made = journal.spec.transforms.join(', ') || 'none'
    throw new GantryError('invalid', `The job was made with the transforms: ${made}. It was given: ${given}.`)
  }
  if (options.moved !== true) refuseElsewhere(journal.spec, options)
  refuseUnkept(journal.spec, options.to)
  if (journal.spec.retainUntil !== undefined) await options.to.checkRetention()
  await journal.recover()
  const paced = {
    concurrency: pace.concurrency ?? journal.spec.concurrency,
    bandwidth: 'bandwidth' in pace ? pace.bandwidth : journal.spec.bandwidth,
  }
  const { concurrency } = paced
  const first = concurrency === 'auto' ? createConcurrency().limit : concurrency
  return new RunningJob(
    { ...options, pace: paced },
    restoreState(await journal.load(), { ...withoutUndefined(limits), concurrency: first }),
  )
}

/** Before a byte moves, and not once for every entry. */
function refuseUnkept({ tier, retainUntil }: JobSpec, { abilities, scheme }: Store): void {
  if (tier !== undefined && abilities.tier === undefined) {
    throw new GantryError('unsupported', `This ${scheme} place has no tiers.`)
  }
  if (retainUntil !== undefined && abilities.retain !== true) {
    throw new GantryError('unsupported', `This ${scheme} place is not opened as one that refuses removal.`)
  }
}
