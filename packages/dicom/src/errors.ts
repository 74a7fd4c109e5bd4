import { GantryError } from '@gantry/core'

/** Not DICOM at all: the caller may well treat it as a plain file. */
export function notDicom(why: string): GantryError {
  return new NotDicom('invalid', `Not a DICOM file: ${why}.`)
}

class NotDicom extends GantryError {}

/** Whether reading failed because it is no DICOM file at all; else it is one that cannot be read. */
export function isNotDicom(error: unknown): boolean {
  return error instanceof NotDicom
}

/** DICOM by its first bytes, but its structure contradicts itself. Never names a value. */
export function malformed(why: string): GantryError {
  return new GantryError('invalid', `Malformed DICOM: ${why}.`)
}

/** Nothing about it is wrong, but it is more than is held in memory. */
export function tooLarge(why: string): GantryError {
  return new GantryError('unsupported', `The DICOM header is too large: ${why}.`)
}

/**
 * Something that the header promises lies behind the end of the bytes. An `integrity` error, because bytes that were
 * promised are missing, but not one that a second try of the same bytes would heal.
 */
export function truncated(what: string): GantryError {
  return new GantryError('integrity', `Truncated DICOM: the data end ${what}.`, { retryable: false })
}

/** `(0028,0010)` */
export function formatTag(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0').toUpperCase()
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}
