import { GantryError } from '@gantry/core/driver'
import type { Answer } from '@gantry/http'

/**
 * What a Gantry server warns of while it has not seen all of its store, or where it could not read some of it. By these words
 * and no other warning: services warn of much that leaves nothing out, such as keys that they do not match by.
 */
const stillBeingMade = 'index is still being made'
const notAllRead = 'Not all of the store could be read'

/** Why what the service tells may be a part of what it keeps. */
export type Incomplete = 'growing' | 'lacking'

export function partialOf(answer: Pick<Answer, 'header'>): Incomplete | undefined {
  const warning = answer.header('warning') ?? ''
  if (warning.includes(stillBeingMade)) return 'growing'
  return warning.includes(notAllRead) ? 'lacking' : undefined
}

/** A warning that there are more matches to be asked for (PS3.18 10.6.3), and not that nobody knows of some. */
export function warnsOfMore(answer: Pick<Answer, 'header'>): boolean {
  const warnings = (answer.header('warning') ?? '').split(/,\s*(?=\d{3} )/u)
  return warnings.some((warning) => warning.startsWith('299') && !warning.includes(notAllRead))
}

/** Says so, behind all that there was. */
export function partError(how: Incomplete): GantryError {
  if (how === 'lacking') return new LackingError()
  return new GantryError(
    'unavailable',
    'The DICOMweb service has not looked at all that it keeps: try again when its index is made, or ask who runs it what keeps it from that.',
  )
}

/** No waiting helps: who runs the service has to. */
export class LackingError extends GantryError {
  constructor() {
    super(
      'integrity',
      'The DICOMweb service could not read all that it keeps: there may be more than it knows of. Ask who runs it what it may not open, or what is damaged.',
    )
  }
}
