import type { Phase } from './phase.ts'
import type { JobState, Tally } from './state.ts'

/** How far a job is; what `progress` events carry. */
export interface Progress {
  readonly phase: Phase
  readonly total: Tally
  /** All sizes are known; else the bytes of `total` are those that are known so far. */
  readonly sized: boolean
  readonly done: Tally
  readonly skipped: Tally
  readonly failed: Tally
  /** Entries. */
  readonly inFlight: number
  readonly retries: number
  /** Bytes of entries done and skipped, and of what is on its way: goes back only when an attempt fails. */
  readonly bytes: number
  /** Not in `bytes`: those of entries in flight that were read to see whether they are there already. */
  readonly comparing: number
  /** Bytes that this run has read only to compare them; while it verifies, those that it has read back. */
  readonly compared: number
  /** Bytes a second that move or are compared, smoothed. */
  readonly rate: number
  /** Milliseconds to the end at this rate; unknown at first. */
  readonly eta: number | undefined
}

/** Smoothed rate: plain data, folded by `measureRate`. */
export interface Rate {
  readonly bytes: number
  readonly at: number
  /** Unknown until something moves. */
  readonly perSecond: number | undefined
  /** How much of a whole measurement it is, from 0 to 1: little has been seen of one that has just begun. Default: all. */
  readonly mass?: number
}

const halfLife = 4_000

/**
 * Folds one more reading of a byte counter (at `now` ms) into an exponentially weighted rate: what was measured counts by how
 * long it took, so that neither a first moment nor the time before the first byte says more than it knows.
 */
export function measureRate(rate: Rate | undefined, bytes: number, now: number): Rate {
  if (rate === undefined) return { bytes, at: now, perSecond: undefined }
  // What was on its way is lost when an attempt fails; how fast bytes move is not.
  if (bytes < rate.bytes) return { ...rate, bytes, at: now }
  const elapsed = now - rate.at
  if (elapsed <= 0) return rate
  if (rate.perSecond === undefined && bytes === rate.bytes) return { bytes, at: now, perSecond: undefined }
  const current = ((bytes - rate.bytes) * 1000) / elapsed
  const weight = 1 - 0.5 ** (elapsed / halfLife)
  const kept = (rate.perSecond === undefined ? 0 : (rate.mass ?? 1)) * (1 - weight)
  const mass = kept + weight
  return { bytes, at: now, perSecond: ((rate.perSecond ?? 0) * kept + current * weight) / mass, mass }
}

/** How far a job is: `moving` are the bytes on their way, `rate` those that pass in a second. */
export function progressOf(
  state: JobState,
  { moving, comparing, compared }: Readonly<Record<'moving' | 'comparing' | 'compared', number>>,
  rate: number,
): Progress {
  const { phase, total, sized, done, skipped, failed, retries } = state
  const inFlight = [...state.inFlight.values()].reduce((sum, { entries }) => sum + entries, 0)
  const there = done.bytes + skipped.bytes + moving
  // The total of a job whose sizes are not all known grows with what comes of it.
  const bytes = sized ? Math.min(total.bytes, there) : there
  const verifying = phase === 'verifying'
  const left = verifying ? done.bytes - compared : total.bytes - bytes - comparing - failed.bytes
  // Whether what was skipped is read back hangs on why it was.
  const foreseen = verifying ? skipped.bytes === 0 : sized
  const eta = foreseen && rate > 0 && left >= 0 ? Math.round((left / rate) * 1000) : undefined
  return {
    phase,
    total: { ...total, bytes: Math.max(total.bytes, bytes) },
    sized,
    done,
    skipped,
    failed,
    inFlight,
    retries,
    bytes,
    comparing,
    compared,
    rate,
    eta,
  }
}
