import { checkLength, type Entry, GantryError, isGantryError, type Layout, type Store } from '@gantry/core'

import type { Refusal } from './journal/journal.ts'

/** Where an entry goes, and why nowhere where the target is empty. */
export interface Place {
  readonly target: string
  readonly refusal?: Refusal
}

/** The path that a layout gives an entry at the destination. */
export function placeOf(layout: Layout, source: Entry): Place {
  try {
    return { target: layout(source) }
  } catch (error) {
    if (isGantryError(error)) return { target: '', refusal: refusalOf(error) }
    throw error
  }
}

export const noImage: Refusal = refusalOf(new GantryError('invalid', 'It is no DICOM image, and has no place here.'))

export function refusalOf({ code, message }: Refusal): Refusal {
  return { code, message }
}

/** Why the store cannot keep a path; nothing of one that it can. */
export function unlessFits(target: string, { abilities }: Store): Refusal | undefined {
  try {
    checkLength(target, abilities)
    return undefined
  } catch (error) {
    if (isGantryError(error)) return refusalOf(error)
    throw error
  }
}
