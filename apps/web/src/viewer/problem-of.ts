import type { PaneContent } from './pane-state.ts'

/** Key of a word that says why a pane shows nothing. */
export function problemOf({ kind, meshes, item }: PaneContent, error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  if (/webgl/iu.test(text)) return 'problem.noWebgl'
  if (kind !== 'stack') return meshes.length > 0 && item === undefined ? 'problem.mesh' : 'problem.noVolume'
  return 'problem.noImage'
}
