import type { Progress } from '@gantry/core'

/** Progress that does not go back behind so many bytes: what has to be sent again has been counted already. */
export function neverBack(progress: Progress, most: number): Progress {
  const { sized, total } = progress
  const bytes = Math.max(most, progress.bytes)
  if (sized) return { ...progress, bytes: Math.min(total.bytes, bytes) }
  return { ...progress, bytes, total: { ...total, bytes: Math.max(total.bytes, bytes) } }
}
