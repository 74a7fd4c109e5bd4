import { GantryError } from '../errors/gantry-error.ts'
import type { Signal } from './signal.ts'

/** The error of a call whose signal was aborted. */
export function cancelled(signal: Signal): GantryError {
  return new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
}
