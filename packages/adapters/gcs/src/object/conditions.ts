import { GantryError, isGantryError, type NewEntry } from '@gantry/core/driver'

/** What GCS is to hold a write to: nothing there, or this generation. */
export function generationMatch({ ifAbsent, ifVersion }: NewEntry): string | undefined {
  if (ifAbsent === true) return '0'
  return ifVersion === undefined ? undefined : generationOf(ifVersion)
}

/** A version that is no generation is none that was ever here. */
export function generationOf(version: string): string {
  if (/^[1-9]\d{0,19}$/u.test(version)) return version
  throw changed()
}

export function changed(): GantryError {
  return new GantryError('precondition_failed', 'The entry changed since it was looked at: list it again.')
}

/** GCS says of both conditions that they failed; ours are two. */
export function asConflict(error: unknown, { ifAbsent }: NewEntry): unknown {
  if (ifAbsent !== true || !isGantryError(error) || error.code !== 'precondition_failed') return error
  return new GantryError('already_exists', 'Something is there already.', { cause: error })
}
