import { GantryError } from '@gantry/core/driver'

/**
 * What the next page of a list is asked for with, if there is one. Refused where that is what this page was asked for with: the
 * list would never end.
 */
export function nextOf(next: string | undefined, token: string | undefined): string | undefined {
  if (next === undefined || next === '') return undefined
  if (next !== token) return next
  throw new GantryError('unsupported', 'The service does not list page by page: it says to go on where it stands.')
}
