import type { Entry } from '@gantry/core/driver'

const hour = 60 * 60 * 1000

/** Milliseconds since a lock was taken; `undefined` where the store does not say when. */
export function ageOf({ modified }: Pick<Entry, 'modified'>, now: number): number | undefined {
  return modified === undefined ? undefined : now - modified
}

/** Whether a lock is so old that somebody has to look: its writer is dead, or as good as that. */
export function isStale(age: number | undefined): boolean {
  return age !== undefined && age > hour
}
