import type { JobSpec, NewEntry } from '@gantry/core'

/** Class and retention that a job asks of its destination. */
export function keepingOf({ tier, retainUntil }: JobSpec): Pick<NewEntry, 'tier' | 'retainUntil'> {
  return { ...(tier !== undefined && { tier }), ...(retainUntil !== undefined && { retainUntil }) }
}
