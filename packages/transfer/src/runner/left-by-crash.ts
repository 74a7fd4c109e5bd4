/** Clocks of storages differ from ours, and are told in seconds. */
export const slack = 60_000

/** What a clock may do backwards without having been set: times of files are told by a coarser one. */
const coarse = 1000

const day = 24 * 60 * 60_000

/** Wall times, in milliseconds since the epoch. */
export interface Moments {
  /** The job was made. */
  readonly created: number
  /** Its dead process wrote to the journal for the last time. */
  readonly last: number
  /** This process opened the journal. */
  readonly since: number
  readonly now: number
}

/** Whether something was begun while the job was with its dead process, as far as clocks agree. */
export function isWithinRun(started: number, { created, last, since }: Omit<Moments, 'now'>): boolean {
  return started >= created - slack && started < since && started <= last + slack
}

/**
 * Whose a half-written file is that was begun at a time, and bears the name of an entry that was in flight when the job's process
 * died. `unknown`: the job's own, if the storage has another clock than we; or that of somebody who still writes it.
 */
export function writerOf(started: number, moments: Moments): 'job' | 'others' | 'unknown' {
  if (isWithinRun(started, moments)) return 'job'
  const { created, last, since, now } = moments
  // Moments that do not come one after another: the clock was set back, or there are two.
  const isSetBack = last < created - coarse || since < Math.max(created, last) - coarse
  const [first, end] = [Math.min(created, last, since) - slack, Math.max(created, last) + slack]
  const isRecent = started >= since && started <= now + slack
  if (isSetBack && started >= first && started <= end && !isRecent) return 'job'
  return started >= Math.min(created, last, since) - day ? 'unknown' : 'others'
}
