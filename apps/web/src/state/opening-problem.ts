import { isGantryError } from '@gantry/core'

import { reasonOf } from '../engine/reason-of.ts'
import { say, sayError } from '../words/say.ts'

export interface OpeningProblem {
  readonly title: string
  readonly lead: string
  /** Whether it may go another time. */
  readonly again: boolean
}

/** How a share ends, as a hub says it. */
const ends = ['expired', 'revoked', 'used_up'] as const

/** Why a link does not open, in words for whoever was given it. */
export function openingProblemOf(error: unknown): OpeningProblem {
  const code = isGantryError(error) ? error.code : 'internal'
  switch (code) {
    case 'not_found': {
      const end = ends.find((one) => isGantryError(error) && reasonOf(error) === one)
      // Where the hub does not say how it ended, it has never heard of it.
      return end === undefined
        ? { title: say('opening.nowhere'), lead: say('opening.nowhereLead'), again: false }
        : { title: say('opening.over'), lead: say(`opening.over.${end}`), again: false }
    }
    case 'integrity':
    case 'invalid':
      return { title: say('opening.broken'), lead: say('opening.brokenLead'), again: false }
    case 'rate_limited':
      return { title: say('opening.busy'), lead: sayError(error), again: true }
    case 'unavailable':
    case 'timeout':
      if (isGantryError(error) && reasonOf(error) !== undefined) break
      return { title: say('opening.offline'), lead: say('opening.offlineLead'), again: true }
    default:
  }
  return { title: say('failed.share'), lead: sayError(error), again: true }
}
