import { type Entry, isGantryError, type Layout } from '@gantry/core'

/** The path that a layout gives an entry at the destination; empty where it has none for it. */
export function placeOf(layout: Layout, source: Entry): string {
  try {
    return layout(source)
  } catch (error) {
    if (isGantryError(error)) return ''
    throw error
  }
}
