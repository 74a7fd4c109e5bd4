import type { DicomJson } from '@gantry/core'

import type { DicomHeader } from '../header/dicom-header.ts'
import { Conversion, outermost } from './conversion.ts'
import type { DicomJsonOptions } from './dicom-json.ts'

/** An element takes some 130 bytes as JSON, and 8 or more of the header, most take 16: these are what 64 MiB hold. */
const mostElements = 2 ** 22

/**
 * The DICOM JSON model of a header (PS3.18 F): without the meta information, unless it is asked for, group lengths, and
 * the pixel data unless `bulkDataURI` has a place for them. `invalid` where a sequence turns out to be malformed, `unsupported`
 * where sequences hold more than `maxElements`.
 */
export function toDicomJson(header: DicomHeader, options: DicomJsonOptions = {}): DicomJson {
  const conversion = new Conversion({ ...options, maxElements: options.maxElements ?? mostElements })
  return { ...conversion.dataSet(header.elements, outermost), ...conversion.besides(header) }
}
