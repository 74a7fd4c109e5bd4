/** Where a job stands. */
export const phases = [
  'draft',
  'planning',
  'ready',
  'running',
  'paused',
  'verifying',
  'cancelling',
  'completed',
  'failed',
  'cancelled',
] as const

/** One of `phases`. */
export type Phase = (typeof phases)[number]

/** Phases that a job leaves only when someone asks for it. */
export const restingPhases: ReadonlySet<Phase> = new Set([
  'draft',
  'ready',
  'paused',
  'completed',
  'failed',
  'cancelled',
])
