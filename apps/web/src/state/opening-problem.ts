import { isGantryError } from '@gantry/core'

import { say, sayError } from '../words/say.ts'

export interface OpeningProblem {
  readonly title: string
  readonly lead: string
  /** Whether it may go another time. */
  readonly again: boolean
}

/** Why a link does not open, in words for whoever was given it. */
export function openingProblemOf(error: unknown): OpeningProblem {
  const code = isGantryError(error) ? error.code : 'internal'
  switch (code) {
    case 'not_found':
      return { title: say('opening.over'), lead: say('opening.overLead'), again: false }
    case 'integrity':
    case 'invalid':
      return { title: say('opening.broken'), lead: say('opening.brokenLead'), again: false }
    case 'rate_limited':
      return { title: say('opening.busy'), lead: sayError(error), again: true }
    case 'unavailable':
    case 'timeout':
      return { title: say('opening.offline'), lead: say('opening.offlineLead'), again: true }
    default:
      return { title: say('error.unknown'), lead: sayError(error), again: true }
  }
}
