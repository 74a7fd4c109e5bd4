import { isGantryError } from '@gantry/core'

import type { Missing, PaneContent, Problem } from './pane-state.ts'

/** Planes through what has come would show everything at another place. */
export class LackingImages extends Error {
  readonly lacking: Problem

  constructor(count: number, total: number) {
    super('images are missing')
    this.lacking = { word: 'problem.lacking', values: { count, total } }
  }
}

/** A word that says why a pane shows nothing. */
export function problemOf({ kind, meshes, item }: PaneContent, error: unknown): Problem {
  if (error instanceof LackingImages) return error.lacking
  const text = error instanceof Error ? error.message : ''
  if (/webgl/iu.test(text)) return { word: 'problem.noWebgl' }
  if (kind === 'stack') return { word: 'problem.noImage' }
  return { word: meshes.length > 0 && item === undefined ? 'problem.mesh' : 'problem.noVolume' }
}

/** Why an image did not come: its bytes did not, or they are no picture. */
export function missingOf(error: unknown): Missing {
  // Loaders wrap what they were told.
  const { error: inner = error } = (error ?? {}) as { readonly error?: unknown }
  return isGantryError(inner) ? inner.code : 'damaged'
}
