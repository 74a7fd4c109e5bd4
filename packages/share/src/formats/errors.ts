import { GantryError } from '@gantry/core'

/** Recognised by its first bytes, but what it says contradicts itself. */
export function malformed(format: string, why: string): GantryError {
  return new GantryError('invalid', `Malformed ${format}: ${why}.`)
}

/** The header promises more bytes than there are; another try of the same bytes would not heal it. */
export function cutOff(format: string): GantryError {
  return new GantryError('integrity', `Truncated ${format}: the file ends before its data do.`, { retryable: false })
}

/** Sound, but nothing that can be opened here. */
export function notSupported(what: string): GantryError {
  return new GantryError('unsupported', `${what}.`)
}
