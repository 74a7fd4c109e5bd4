/** Tags that the structure of a file hangs on: group and element in one number, `0x00100010` for (0010,0010). */
export const tags = {
  metaGroupLength: 0x00020000,
  mediaStorageSOPClassUID: 0x00020002,
  mediaStorageSOPInstanceUID: 0x00020003,
  transferSyntaxUID: 0x00020010,
  directoryRecordSequence: 0x00041220,
  specificCharacterSet: 0x00080005,
  sopClassUID: 0x00080016,
  sopInstanceUID: 0x00080018,
  studyInstanceUID: 0x0020000d,
  seriesInstanceUID: 0x0020000e,
  samplesPerPixel: 0x00280002,
  photometricInterpretation: 0x00280004,
  numberOfFrames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  bitsAllocated: 0x00280100,
  pixelRepresentation: 0x00280103,
  extendedOffsetTable: 0x7fe00001,
  extendedOffsetTableLengths: 0x7fe00002,
  floatPixelData: 0x7fe00008,
  doubleFloatPixelData: 0x7fe00009,
  pixelData: 0x7fe00010,
  item: 0xfffee000,
  itemDelimitation: 0xfffee00d,
  sequenceDelimitation: 0xfffee0dd,
} as const

/** Where a header ends: the three forms of pixel data (PS3.3 C.7.6.24). */
export function isPixelData(tag: number): boolean {
  return tag === tags.pixelData || tag === tags.floatPixelData || tag === tags.doubleFloatPixelData
}

export function isPrivate(tag: number): boolean {
  return (tag & 0x00010000) !== 0
}
