import { GantryError } from '@gantry/core'

/** The bytes of a frame, or what the header says of it, contradict themselves. Never names a value. */
export function malformedFrame(why: string, cause?: unknown): GantryError {
  return new GantryError('invalid', `The frame cannot be decoded: ${why}.`, { cause })
}

/** Bytes that were promised are missing; the same bytes will fail again. */
export function truncatedFrame(): GantryError {
  return new GantryError('integrity', 'The frame is cut off.', { retryable: false })
}

export function unsupportedSyntax(uid: string): GantryError {
  return new GantryError('unsupported', `Frames of the transfer syntax ${uid} cannot be decoded here.`)
}

export function unsupportedFrame(what: string): GantryError {
  return new GantryError('unsupported', `Frames cannot be decoded if ${what}.`)
}
