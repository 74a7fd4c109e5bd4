import type { DicomHeader } from '@gantry/dicom'

/**
 * Where the pixel data of a deflated data set end once it is inflated, as its header says, if it says so: a few bytes may
 * announce, and inflate to, a thousand times as many.
 */
export function inflatedEnd({ transferSyntax, pixelData }: DicomHeader): number | undefined {
  if (!transferSyntax.deflated || pixelData?.length === undefined) return undefined
  return pixelData.offset + pixelData.length
}
