import { HttpRefusal, isGantryError } from '@gantry/core'

/** Whether a hub refused to open a share because no passphrase is at hand. */
export function isLocked(error: unknown): boolean {
  return isGantryError(error) && error.cause instanceof HttpRefusal && error.cause.reason === 'passphrase'
}
