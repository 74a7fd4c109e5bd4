import type { SourceProgress } from '../engine/model.ts'

/** How far all sources are, each as heavy as its bytes; what is there already weighs nothing any more, and what failed is not done. */
export function overallOf(
  sources: readonly SourceProgress[],
  bytes: Readonly<Record<string, number>>,
): { readonly done: number; readonly total: number } {
  let done = 0
  let total = 0
  for (const { id, done: moved, total: whole, state } of sources) {
    const weight = Math.max(1, bytes[id] ?? 1)
    total += weight
    if (state === 'sent' || state === 'present') done += weight
    else if (state !== 'failed' && whole > 0) done += (weight * Math.min(moved, whole)) / whole
  }
  return { done, total }
}
