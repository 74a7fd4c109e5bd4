/** The syntaxes that have a short name here; any other is given by its UID. */
export const transferSyntaxes = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  'big-endian': '1.2.840.10008.1.2.2',
  rle: '1.2.840.10008.1.2.5',
} as const

export type TransferSyntaxName = keyof typeof transferSyntaxes

/** How the elements of a data set are written. */
export interface ElementEncoding {
  readonly explicit: boolean
  readonly littleEndian: boolean
}

export const explicitLittleEndian: ElementEncoding = { explicit: true, littleEndian: true }
export const implicitLittleEndian: ElementEncoding = { explicit: false, littleEndian: true }
const explicitBigEndian: ElementEncoding = { explicit: true, littleEndian: false }

/** GE's private variant of implicit VR little endian, with big endian pixels. */
const privateImplicit = '1.2.840.113619.5.2'

/** The UID of a name; anything else is taken for a UID. */
export function transferSyntaxUID(nameOrUID: string): string {
  return Object.hasOwn(transferSyntaxes, nameOrUID) ? transferSyntaxes[nameOrUID as TransferSyntaxName] : nameOrUID
}

/** All syntaxes but the two implicit ones and big endian are explicit VR little endian (PS3.5 A.4). */
export function encodingOf(uid: string): ElementEncoding {
  if (uid === transferSyntaxes.implicit || uid === privateImplicit) return implicitLittleEndian
  return uid === transferSyntaxes['big-endian'] ? explicitBigEndian : explicitLittleEndian
}
