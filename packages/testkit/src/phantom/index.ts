export {
  type DataSet,
  type Element,
  type Fragments,
  type Numbers,
  type Sequence,
  sortedByTag,
  type Value,
} from './data-set.ts'
export { deflate } from './deflate.ts'
export { type DicomFile, writeDicom } from './dicom-writer.ts'
export { encodeDataSet, type EncodingOptions } from './encode-data-set.ts'
export { phantom, type PhantomFile, type PhantomOptions } from './phantom.ts'
export { phantomSegmentation, type PhantomSegmentationOptions } from './phantom-segmentation.ts'
export { encodeRle, type RleFrame } from './rle.ts'
export {
  type ElementEncoding,
  encodingOf,
  type TransferSyntaxName,
  transferSyntaxes,
  transferSyntaxUID,
} from './transfer-syntax.ts'
export { uidOf } from './uid.ts'
export { type ValueRepresentation } from './value-representation.ts'
export { writePhantom, type WrittenPhantomFile } from './write-phantom.ts'
