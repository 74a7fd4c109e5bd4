export { type DicomJson, type DicomJsonElement, type DicomJsonPersonName, type DicomJsonValue } from '@gantry/core'
export { keywordOfTag, tagOfKeyword, vrOfTag } from './dictionary/dictionary.ts'
export { isNotDicom } from './errors.ts'
export { type BulkDataRange, bulkDataRange, readBulkData } from './frames/bulk-data.ts'
export { type FrameLocation, type FrameRange } from './frames/frame-location.ts'
export { nativeFrames } from './frames/native-frames.ts'
export { type FrameOptions, type FrameRanges, frameRanges, readFrame } from './frames/frame-ranges.ts'
export { type DicomHeader } from './header/dicom-header.ts'
export { type Identifiers } from './header/identification.ts'
export { type HeaderOptions } from './header/options.ts'
export { type FileEnd, PassingFile } from './header/passing-file.ts'
export { parseHeader, readHeader } from './header/read-header.ts'
export { readTrailing, type TrailingOptions } from './header/read-trailing.ts'
export {
  type DicomImage,
  type ImageOptions,
  parseIdentity,
  parseImage,
  readIdentity,
  readImage,
} from './header/read-image.ts'
export { type BulkData, type DicomJsonOptions } from './json/dicom-json.ts'
export { stringifyDicomJson } from './json/stringify-dicom-json.ts'
export { toDicomJson } from './json/to-dicom-json.ts'
export { type DicomLayout, hierarchicalLayout, templateLayout } from './layout/layouts.ts'
export { placeholder } from './layout/safe-segment.ts'
export { compileTemplate, type PathTemplate, type TemplateValues } from './layout/template.ts'
export { attributePath } from './query/attribute-path.ts'
export { compileKeys, compileMatching } from './query/compile-matching.ts'
export { identifyingTag, matchingKeywords, resultKeywords } from './query/levels.ts'
export { type MatchingKey, type MatchingKind, type MatchingOptions } from './query/matching-key.ts'
export { type BlobLike, blobSource, bytesSource, type HeaderSource } from './source/header-source.ts'
export { entrySource } from './source/entry-source.ts'
export { type DataSet, type DicomElement } from './structure/data-set.ts'
export { type Encoding } from './structure/encoding.ts'
export { itemsOf } from './structure/items.ts'
export { type PixelData } from './structure/pixel-data.ts'
export { type TransferSyntax } from './structure/transfer-syntax.ts'
export { attributesOf, commonKeywords } from './values/attributes.ts'
