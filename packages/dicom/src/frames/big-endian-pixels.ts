import type { DicomHeader } from '../header/dicom-header.ts'

/** GE's implicit syntax, whose pixels alone are big endian. */
const privateBigEndian = '1.2.840.113619.5.2'

/** Whether numbers in native pixel data have their highest byte first. */
export function bigEndianPixels({
  encoding,
  transferSyntax,
}: Pick<DicomHeader, 'encoding' | 'transferSyntax'>): boolean {
  return encoding.bigEndian || transferSyntax.uid === privateBigEndian
}
